import type { ItemReader } from './item-reader.js';
import type { NodeSink } from './node-sink.js';
import type { OpenList } from './open-block.js';
import type { InnerStream, OpenRegion } from './open-region.js';

/** The last item of a list. */
export class ItemRegion<N> implements OpenRegion {
  readonly type = 'list';
  readonly isOpenCode = false;

  /** @param source what `reader` has read so far; it is in `inside` already */
  constructor(
    private readonly sink: NodeSink<N>,
    private readonly node: N,
    private readonly list: OpenList,
    private readonly reader: ItemReader,
    private readonly inside: InnerStream,
    private source: string,
  ) {}

  get hasDefinitions(): boolean {
    return this.inside.hasDefinitions;
  }

  take(more: string): string | undefined {
    this.source += more;
    this.inside.append(this.reader.feed(more));
    if (this.reader.isUncertain) return this.#again();
    const { rest } = this.reader;
    if (rest === undefined) return undefined;
    // Whether the white space at its end is a part of the code depends on whether another item follows.
    return this.inside.endsInCode ? this.#again() : this.#finish(rest);
  }

  paint(): string | undefined {
    this.inside.paint();
    return this.#isOtherwise ? this.#again() : undefined;
  }

  end(): string | undefined {
    return this.reader.isHolding ? this.#again() : this.#finish('');
  }

  #finish(rest: string): string {
    this.inside.finish();
    if (this.#isOtherwise) return this.#again();
    const item = this.source.slice(0, this.source.length - rest.length);
    this.list.committed += item;
    this.list.endsInGap = /\n[ \t]*\n[ \t]*$/.test(item);
    return rest;
  }

  /** An empty line between any two blocks of an item makes its list loose, with all items that were finished as tight ones. */
  get #isOtherwise(): boolean {
    return !this.list.loose && this.inside.hasGap;
  }

  /** The item has to be parsed again, with its list. */
  #again(): string {
    this.sink.remove(this.node);
    return this.source;
  }
}
