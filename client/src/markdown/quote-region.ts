import type { NodeSink } from './node-sink.js';
import type { InnerStream, OpenRegion } from './open-region.js';
import { QuoteReader } from './quote-reader.js';

/** Behind one of these, a line without a mark is not in the quotation. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['code', 'heading', 'hr', 'html', 'table']);

export class QuoteRegion<N> implements OpenRegion {
  readonly type = 'blockquote';
  readonly isOpenCode = false;
  readonly #reader = new QuoteReader();
  #source = '';

  constructor(
    private readonly sink: NodeSink<N>,
    private readonly node: N,
    private readonly inside: InnerStream,
  ) {}

  get hasDefinitions(): boolean {
    return this.inside.hasDefinitions;
  }

  take(more: string): string | undefined {
    this.#source += more;
    this.inside.append(this.#reader.feed(more));
    while (this.#reader.rest !== undefined && !this.#reader.isUncertain) {
      const last = this.#reader.isOver ? undefined : this.inside.lastBlock;
      if (this.#reader.isOver || CLOSED.has(last)) return this.#over(this.#reader.rest);
      if (last !== 'paragraph' || !this.#reader.isPlain) return this.#again();
      this.inside.append(this.#reader.goOn());
    }
    return this.#reader.isUncertain ? this.#again() : undefined;
  }

  paint(): undefined {
    this.inside.paint();
  }

  end(): string | undefined {
    if (this.#reader.isHolding) return this.#again();
    this.inside.append(this.#reader.end());
    this.inside.finish();
    return undefined;
  }

  /** The end of the last line stands between the quotation and what follows. */
  #over(rest: string): string {
    this.inside.finish();
    return `\n${rest}`;
  }

  /** Only the parser knows what this is. */
  #again(): string {
    this.sink.remove(this.node);
    return this.#source;
  }
}
