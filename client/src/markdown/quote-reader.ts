const MARK = /^ {0,3}>(?:[ \t]|(?=[^ \t]))/;
/** The beginning of a line of which more has to be known. */
const UNDECIDED = /^(?:[ \t]*| {0,3}>)$/;

/** Takes the marks off a quotation line by line, so that its inside needs no second look however long it grows. */
export class QuoteReader {
  #held = '';
  #lineBegun = false;
  /** A line end goes in only before the next line: the last one is not part of the inside. */
  #lineEnded = false;
  /** The source from the first line on that bears no mark, once there is one. */
  rest: string | undefined;

  /** What `more` adds to the inside; sets {@link rest} where a line without a mark is among it. */
  feed(more: string): string {
    let source = this.#held + more;
    let inside = '';
    this.#held = '';
    while (source !== '') {
      if (!this.#lineBegun) {
        if (UNDECIDED.test(source)) {
          this.#held = source;
          return inside;
        }
        const [mark] = MARK.exec(source) ?? [];
        if (mark === undefined) {
          this.rest = source;
          return inside;
        }
        source = source.slice(mark.length);
        if (this.#lineEnded) inside += '\n';
      }
      const end = source.indexOf('\n');
      this.#lineEnded = end >= 0;
      this.#lineBegun = end < 0;
      inside += end < 0 ? source : source.slice(0, end);
      source = end < 0 ? '' : source.slice(end + 1);
    }
    return inside;
  }
}
