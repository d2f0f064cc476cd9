import { BEGINNING_CHARS, expandTabs, PLAIN, UNDECIDED } from './line-beginning.js';

const MARK = /^( {0,3}>)(?:(\t[ \t]*)| |(?=[^ \t]))/;
/** The beginning of a line of which more has to be known: of any, and of one in a paragraph that goes on without marks. */
const UNDECIDED_MARK = /^(?:[ \t]*| {0,3}>(?:\t[ \t]*)?)$/;
const UNDECIDED_TEXT = /^ {0,3}>[ \t]*$/;
/** What makes something else of the line before it. */
const RETROACTIVE = /^[ \t]*[|:=\-$\\]/;

/** Takes the marks off a quotation line by line, so that its inside needs no second look however long it grows. */
export class QuoteReader {
  /** The beginning of a line of which more has to be known. */
  held = '';
  #lineBegun = false;
  /** A line end goes in only before the next line: the last one is not part of the inside. */
  #lineEnded = false;
  /** The beginning of the last line, without its mark. */
  #line = '';
  /** In a paragraph of which a line bears no mark. The parser reads such a line with what comes after it only. */
  #isLazy = false;
  /** The source from the first line on that bears no mark, once there is one. */
  rest: string | undefined;
  /** There is something of which only the parser can tell what it is. */
  isUncertain = false;

  /** What `more` adds to the inside; sets {@link rest} where a line without a mark is among it. */
  feed(more: string): string {
    let source = this.held + more;
    let inside = '';
    this.held = '';
    while (source !== '') {
      if (!this.#lineBegun) {
        const begun = this.#begin(source);
        if (!begun) return inside;
        if (this.#lineEnded) inside += '\n';
        inside += begun.columns;
        source = begun.text;
      }
      inside += this.#take(source);
      source = this.#lineBegun ? '' : source.slice(source.indexOf('\n') + 1);
    }
    return inside;
  }

  /** Whether what comes without a mark can't be in the quotation, whatever stands in it. */
  get isOver(): boolean {
    return this.#line === '' || /^[ \t]*\n/.test(this.rest ?? '');
  }

  /** Whether the line without a mark is one of a paragraph, if one is open. */
  get isPlain(): boolean {
    return this.#line.trim() !== '' && PLAIN.test(this.rest ?? '');
  }

  /** The line without a mark is in the quotation: what it, and what comes after it, adds to the inside. */
  goOn(): string {
    const line = this.rest ?? '';
    this.rest = undefined;
    this.#isLazy = true;
    this.#lineBegun = true;
    this.#line = '';
    return `\n${this.feed(line)}`;
  }

  /** The source has ended: what a last line adds that has nothing but a mark. */
  end(): string {
    const [, mark = '', space = ''] = /^( {0,3}>)([ \t]*)$/.exec(this.held) ?? [];
    return mark === '' ? '' : `\n${expandTabs(space, mark.length).slice(1)}`;
  }

  /** Whether there is the beginning of a line without a mark. */
  get isHolding(): boolean {
    return this.held.trim() !== '' && !this.held.includes('>');
  }

  /** What a line begins with in the inside, and its text; undefined where it has to wait or bears no mark. */
  #begin(source: string): { columns: string; text: string } | undefined {
    const waits = UNDECIDED_MARK.test(source) || UNDECIDED.test(source);
    if (waits || (this.#isLazy && UNDECIDED_TEXT.test(source))) {
      this.held = source;
      return undefined;
    }
    const found = MARK.exec(source);
    if (!found) {
      this.rest = source;
      return undefined;
    }
    const [whole, mark = '', space = ''] = found;
    // The tab behind the mark belongs to the mark with its first column only.
    const columns = expandTabs(space, mark.length).slice(1);
    const text = source.slice(whole.length);
    if (this.#isLazy && RETROACTIVE.test(text)) this.isUncertain = true;
    if (/^[ \t]*\n/.test(text)) this.#isLazy = false;
    this.#line = columns;
    return { columns, text };
  }

  /** What the line that `source` goes on with adds. */
  #take(source: string): string {
    const end = source.indexOf('\n');
    const text = end < 0 ? source : source.slice(0, end);
    this.#lineEnded = end >= 0;
    this.#lineBegun = end < 0;
    if (this.#isLazy && text.includes('|')) this.isUncertain = true;
    if (this.#line.length < BEGINNING_CHARS) this.#line += text.slice(0, BEGINNING_CHARS);
    return text;
  }
}
