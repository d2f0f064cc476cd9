import type { NodeSink } from './node-sink.js';
import type { InnerStream, OpenRegion } from './open-region.js';
import { QuoteReader } from './quote-reader.js';
import { LONGEST_OPEN } from './tail.js';

/** Behind one of these, a line without a mark is not in the quotation. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['code', 'heading', 'hr', 'html', 'table']);

/** Each look at what the quotation ends in is a parse of its end; so many are taken with one piece of text. */
const MOST_LOOKS = 30;

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
    let last: string | undefined;
    let looks = 0;
    while (this.#reader.rest !== undefined && !this.#isUncertain) {
      if (this.#reader.isOver) return this.#over(this.#reader.rest);
      if (last === undefined) looks += 1;
      last ??= this.inside.lastBlock;
      if (CLOSED.has(last)) return this.#over(this.#reader.rest);
      if (last !== 'paragraph' || !this.#reader.isPlain || looks > MOST_LOOKS) return this.#again(this.#reader.rest);
      const lines = this.#reader.goOn();
      this.inside.append(lines);
      // Behind one such line, the paragraph is still what the quotation ends in.
      if (lines.includes('\n', 1)) last = undefined;
    }
    return this.#isUncertain ? this.#again('') : undefined;
  }

  paint(): undefined {
    this.inside.paint();
  }

  end(): string | undefined {
    if (this.#reader.isHolding) return this.#again(this.#reader.held);
    this.inside.append(this.#reader.end());
    this.inside.end();
    return undefined;
  }

  /** What is too long to be read again is taken for what it seems. */
  get #isUncertain(): boolean {
    return this.#reader.isUncertain && this.#source.length <= LONGEST_OPEN;
  }

  /** The end of the last line stands between the quotation and what follows. */
  #over(rest: string): string {
    this.inside.end();
    return `\n${rest}`;
  }

  /** Only the parser knows what this is; or it ends before `rest`, where it is too long for that. */
  #again(rest: string): string {
    if (this.#source.length > LONGEST_OPEN) return this.#over(rest);
    this.sink.remove(this.node);
    return this.#source;
  }
}
