import type { FenceReader } from './fence-reader.js';
import type { CodeSink, NodeSink } from './node-sink.js';
import { QuoteReader } from './quote-reader.js';

/** A block with a reader of its own as long as it goes on, so that nothing of it is parsed twice. */
export interface OpenRegion {
  readonly hasDefinitions: boolean;
  /** Takes what comes next; gives the source that is still to be parsed once the block has ended. */
  take(more: string): string | undefined;
  /** Shows all that was taken. */
  paint(): void;
  /** The source has ended. */
  end(): void;
}

export class FenceRegion<N> implements OpenRegion {
  readonly hasDefinitions = false;

  constructor(
    private readonly reader: FenceReader,
    private readonly code: CodeSink<N>,
  ) {}

  take(more: string): string | undefined {
    const code = this.reader.feed(more);
    if (code !== '') this.code.append(code);
    if (this.reader.rest !== undefined) this.code.close();
    return this.reader.rest;
  }

  paint(): void {
    // Code is shown as it is taken.
  }

  end(): void {
    this.code.append(this.reader.end());
    this.code.close();
  }
}

/** What is in a quotation, as a text of its own. */
export interface InnerStream {
  readonly hasDefinitions: boolean;
  append(more: string): void;
  paint(): void;
  finish(): void;
}

export class QuoteRegion<N> implements OpenRegion {
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
    const { rest } = this.#reader;
    if (rest === undefined) return undefined;
    if (/^[ \t]*\n/.test(rest)) {
      this.inside.finish();
      return rest;
    }
    // A line without a mark may go on with a paragraph in the quotation: only the parser knows.
    this.sink.remove(this.node);
    return this.#source;
  }

  paint(): void {
    this.inside.paint();
  }

  end(): void {
    this.inside.finish();
  }
}
