const MARK = /^( {0,3}>)(?:(\t[ \t]*)| |(?=[^ \t]))/;
/** The beginning of a line of which more has to be known. */
const UNDECIDED = /^(?:[ \t]*| {0,3}>(?:\t[ \t]*)?)$/;

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
        const found = MARK.exec(source);
        if (!found) {
          this.rest = source;
          return inside;
        }
        const [whole, mark = '', space = ''] = found;
        source = source.slice(whole.length);
        if (this.#lineEnded) inside += '\n';
        inside += asColumns(space, mark.length).slice(1);
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

/** A tab reaches to the next fourth column; the one behind the mark belongs to the mark with its first column only. */
function asColumns(space: string, from: number): string {
  let columns = '';
  for (const sign of space) columns += sign === '\t' ? ' '.repeat(4 - ((from + columns.length) % 4)) : sign;
  return columns;
}
