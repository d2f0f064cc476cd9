import { Tokenizer, type Token, type Tokens } from 'marked';
import { parserWork } from './parser-work.js';

/** Deeper nesting is shown as plain text: no reader follows it, and neither does every browser. */
export const DEEPEST = 40;

/** A line that alone opens more quotations and items than that is text with all its signs. */
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|(?:[*+-]|\\d{1,9}[.)])(?=[ \\t]))){${DEEPEST + 1}}`);

/** The parser reads some quotations in quotations again and again, each of them twice as often as the one around it. */
const READING_COST = 300;

const FEW_COLUMNS = 8;
/** A table has at most so many cells, and so many more for each of its characters. */
const MOST_CELLS = 1_000;
const CELLS_PER_CHARACTER = 2;

/** The parser's tokenizer with an end to its nesting, and with paragraphs and headings that end before `nextBlock`. */
export class BoundedTokenizer extends Tokenizer {
  #depth: number;

  /** @param depth in how many quotations and items the text is */
  constructor(
    private readonly nextBlock: (source: string) => number | undefined,
    depth: number,
  ) {
    super();
    this.#depth = depth;
  }

  /** A heading that is underlined ends where a paragraph would. */
  override lheading(source: string): Tokens.Heading | undefined {
    return super.lheading(source.slice(0, this.nextBlock(source)));
  }

  override table(source: string): Tokens.Table | undefined {
    return isMostlyEmpty(source) ? undefined : super.table(source);
  }

  override list(source: string): Tokens.List | undefined {
    return this.#nested(source, () => super.list(source));
  }

  /** The parser stumbles over some lists in quotations in lists; such a quotation is a paragraph then. */
  override blockquote(source: string): Tokens.Blockquote | undefined {
    const { state, inlineQueue } = this.lexer;
    const { top, lastToken } = state;
    const queued = inlineQueue.length;
    try {
      return this.#nested(source, () => super.blockquote(source));
    } catch {
      state.top = top;
      inlineQueue.length = queued;
      if (lastToken) state.lastToken = lastToken;
      return undefined;
    }
  }

  #nested<T extends Token>(source: string, read: () => T | undefined): T | undefined {
    if (this.#depth >= DEEPEST || parserWork.isDone || TOO_DEEP.test(source)) return undefined;
    this.#depth += 1;
    try {
      const token = read();
      if (token) parserWork.spend(READING_COST + token.raw.length);
      return token;
    } finally {
      this.#depth -= 1;
    }
  }
}

/** The parser fills short rows up with cells: what would be a table of hardly anything else is text. */
function isMostlyEmpty(source: string): boolean {
  const columns = source.split('\n', 2)[1]?.split('|').length ?? 0;
  if (columns <= FEW_COLUMNS) return false;
  const end = source.search(/\n[ \t]*\n/);
  const text = end < 0 ? source : source.slice(0, end);
  return columns * text.split('\n').length > MOST_CELLS + CELLS_PER_CHARACTER * text.length;
}
