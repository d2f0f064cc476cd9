import type { MdNode } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import { closeCode, patchChildren, type Rendered } from './patch.js';

/** What changes at the end must not make the browser look at all that was before: it passes over other sections as wholes. */
const BLOCKS_PER_SECTION = 16;

/** What is shown of a text, section by section; the first blocks of what is only a part of a text need none. */
export class Sections<N> {
  /** In order. */
  readonly all: N[] = [];
  /** The blocks that may still change, which are the last of the current section. */
  readonly open: Rendered<N>[];
  #current: N;
  #finished = 0;

  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
    private readonly isWhole: boolean,
    shown: readonly Rendered<N>[],
  ) {
    this.open = [...shown];
    this.#current = this.#first();
  }

  /** Has the open blocks show `nodes`. */
  show(nodes: readonly MdNode[]): void {
    patchChildren(this.sink, this.#current, this.open, nodes);
  }

  /** The first `count` open blocks will not change any more; the others go on in the next section if this one is full. */
  finish(count: number): void {
    closeCode(this.open.splice(0, count));
    this.#finished += count;
    if (this.#finished < BLOCKS_PER_SECTION) return;
    this.#current = this.#next();
    // The last one first: what stood behind a node that leaves has its style found anew, with all beside it.
    for (const { node } of this.open.toReversed()) this.sink.prepend(this.#current, node);
  }

  /** Nothing will change any more. */
  close(): void {
    closeCode(this.open.splice(0));
  }

  /** The open blocks stay as they are, or are changed by somebody else. */
  leave(): void {
    this.open.length = 0;
  }

  /** Takes the open blocks away. */
  removeOpen(): void {
    for (const { node } of this.open.splice(0)) this.sink.remove(node);
  }

  /** Starts anew with nothing in it. */
  clear(): void {
    this.sink.clear(this.root);
    this.all.length = 0;
    this.open.length = 0;
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
