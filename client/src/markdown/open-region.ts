import type { FenceReader } from './fence-reader.js';
import type { ItemReader } from './item-reader.js';
import type { CodeSink } from './node-sink.js';
import type { OpenList } from './open-block.js';
import type { Rendered } from './patch.js';

/** What a region is made of: a block that is shown already, and how far it was read. */
export type Entrance<N> =
  | { readonly type: 'code'; readonly reader: FenceReader; readonly code: CodeSink<N> }
  | { readonly type: 'blockquote'; readonly block: Rendered<N>; readonly source: string }
  | {
      readonly type: 'list';
      readonly block: Rendered<N>;
      readonly source: string;
      readonly list: OpenList;
      readonly reader: ItemReader;
      readonly inside: string;
    };

/** A block with a reader of its own as long as it goes on, so that nothing of it is parsed twice. */
export interface OpenRegion {
  /** The parser's name for the block. */
  readonly type: 'code' | 'blockquote' | 'list';
  /** Whether it is code that has no end of its own. */
  readonly isOpenCode: boolean;
  readonly hasDefinitions: boolean;
  /** Takes what comes next; gives the source that is still to be parsed once the block has ended. */
  take(more: string): string | undefined;
  /** Shows all that was taken; gives what is to be parsed after all. */
  paint(): string | undefined;
  /** The source has ended; gives what is to be parsed after all. */
  end(): string | undefined;
}

/** What is in a quotation or a list item, as a text of its own. */
export interface InnerStream {
  readonly hasDefinitions: boolean;
  /** Whether there is an empty line between two of its blocks. */
  readonly hasGap: boolean;
  /** The type of the last block, were the text whole. */
  readonly lastBlock: string | undefined;
  /** Whether the text ends in code that has no end of its own. */
  readonly endsInCode: boolean;
  append(more: string): void;
  paint(): void;
  end(): void;
}

export class FenceRegion<N> implements OpenRegion {
  readonly type = 'code';
  readonly hasDefinitions = false;

  constructor(
    private readonly reader: FenceReader,
    private readonly code: CodeSink<N>,
  ) {}

  get isOpenCode(): boolean {
    return !this.reader.isClosing;
  }

  take(more: string): string | undefined {
    const code = this.reader.feed(more);
    if (code !== '') this.code.append(code);
    if (this.reader.rest !== undefined) this.code.close();
    return this.reader.rest;
  }

  paint(): undefined {
    // Code is shown as it is taken.
  }

  end(): undefined {
    this.code.append(this.reader.end());
    this.code.close();
  }
}
