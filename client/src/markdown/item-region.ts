import type { ItemReader } from './item-reader.js';
import type { NodeSink } from './node-sink.js';
import type { OpenList } from './open-block.js';
import { LONGEST_OPEN } from './tail.js';
import type { InnerStream, OpenRegion } from './open-region.js';

/** The last item of a list. */
export class ItemRegion<N> implements OpenRegion {
  readonly type = 'list';
  readonly isOpenCode = false;
  #source: string;

  /** @param source what `reader` has read so far; it is in `inside` already */
  constructor(
    private readonly sink: NodeSink<N>,
    private readonly node: N,
    private readonly list: OpenList,
    private readonly reader: ItemReader,
    private readonly inside: InnerStream,
    source: string,
  ) {
    this.#source = source;
  }

  get hasDefinitions(): boolean {
    return this.inside.hasDefinitions;
  }

  take(more: string): string | undefined {
    this.#source += more;
    this.inside.append(this.reader.feed(more));
    const { rest, isUncertain } = this.reader;
    if (isUncertain && this.#isShort) return this.#again();
    if (rest === undefined) return undefined;
    // Whether the white space at its end is a part of the code depends on whether another item follows.
    return this.inside.endsInCode && this.#isShort ? this.#again() : this.#finish(rest);
  }

  paint(): string | undefined {
    this.inside.paint();
    return this.#isOtherwise ? this.#again() : undefined;
  }

  end(): string | undefined {
    if (!this.reader.isHolding) return this.#finish('');
    return this.#isShort ? this.#again() : this.#finish(this.reader.held);
  }

  #finish(rest: string): string {
    this.inside.end();
    if (this.#isOtherwise) return this.#again();
    const item = this.#source.slice(0, this.#source.length - rest.length);
    this.list.committed += item;
    this.list.endsInGap = /\n[ \t]*\n[ \t]*$/.test(item);
    return rest;
  }

  /** What is too long to be read again is taken for what it seems. */
  get #isShort(): boolean {
    return this.#source.length <= LONGEST_OPEN;
  }

  /** An empty line between any two blocks of an item makes its list loose, with all items that were finished as tight ones. */
  get #isOtherwise(): boolean {
    return !this.list.loose && this.inside.hasGap && this.#isShort;
  }

  /** The item has to be parsed again, with its list. */
  #again(): string {
    this.sink.remove(this.node);
    return this.#source;
  }
}
