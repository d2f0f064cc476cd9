import { Tokenizer, type Tokens } from 'marked';

/** Deeper nesting is shown as plain text: no reader follows it, and neither does every browser. */
export const DEEPEST = 40;

/** The parser's tokenizer with an end to its nesting, and with paragraphs and headings that end before `nextBlock`. */
export class BoundedTokenizer extends Tokenizer {
  #depth = 0;

  constructor(private readonly nextBlock: (source: string) => number | undefined) {
    super();
  }

  /** A heading that is underlined ends where a paragraph would. */
  override lheading(source: string): Tokens.Heading | undefined {
    return super.lheading(source.slice(0, this.nextBlock(source)));
  }

  override list(source: string): Tokens.List | undefined {
    return this.#nested(() => super.list(source));
  }

  /** The parser stumbles over some lists in quotations in lists; such a quotation is a paragraph then. */
  override blockquote(source: string): Tokens.Blockquote | undefined {
    const { state, inlineQueue } = this.lexer;
    const { top, lastToken } = state;
    const queued = inlineQueue.length;
    try {
      return this.#nested(() => super.blockquote(source));
    } catch {
      state.top = top;
      inlineQueue.length = queued;
      if (lastToken) state.lastToken = lastToken;
      return undefined;
    }
  }

  #nested<T>(read: () => T | undefined): T | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}
