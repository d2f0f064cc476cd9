import type { NodeSink } from './node-sink.js';
import type { Rendered } from './patch.js';

/** What changes at the end must not make the browser look at all that was before: it passes over other sections as wholes. */
const BLOCKS_PER_SECTION = 16;

/** Where the blocks of a text go, section by section; the first blocks of what is only a part of a text need none. */
export class Sections<N> {
  /** In order. */
  readonly all: N[] = [];
  #current: N;
  #finished = 0;

  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
    private readonly isWhole: boolean,
  ) {
    this.#current = this.#first();
  }

  /** The section that is written into. */
  get current(): N {
    return this.#current;
  }

  /** So many blocks will not change any more; those that are `open` go on in the next section if this one is full. */
  finish(count: number, open: readonly Rendered<N>[]): void {
    this.#finished += count;
    if (this.#finished < BLOCKS_PER_SECTION) return;
    this.#current = this.#next();
    // The last one first: what stood behind a node that leaves has its style found anew, with all beside it.
    for (const { node } of open.toReversed()) this.sink.prepend(this.#current, node);
  }

  /** Begins anew with nothing in it. */
  clear(): void {
    this.sink.clear(this.root);
    this.all.length = 0;
    this.#current = this.#first();
  }

  #first(): N {
    if (this.isWhole) return this.#next();
    this.#finished = 0;
    return this.root;
  }

  #next(): N {
    const section = this.sink.section();
    this.all.push(section);
    this.sink.append(this.root, section);
    this.#finished = 0;
    return section;
  }
}
