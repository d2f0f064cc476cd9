const OPENING = /^( {0,3})(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;

/** Reads the inside of a fenced code block line by line, so that its text needs no second look however long it grows. */
export class FenceReader {
  #held = '';
  #firstLine = true;
  /** A line end goes out only before the next line: the last one belongs to the fence. */
  #lineBegun = false;
  /** The source behind the closing line, from its end on, once there is one. */
  rest: string | undefined;

  /** @param indent up to so much white space is not a part of a line */
  private constructor(
    private readonly marker: string,
    readonly language: string,
    private readonly indent: number,
  ) {}

  /** A reader for the fence that `source` begins with, and what comes after its opening line; undefined if there is none. */
  static open(source: string): { reader: FenceReader; inside: string } | undefined {
    const match = OPENING.exec(source);
    if (!match) return undefined;
    const [opening, space = '', marker = '', info = ''] = match;
    const language = info.trim().match(/^\S+/)?.[0] ?? '';
    // The parser takes tildes as they stand.
    const indent = marker.startsWith('`') ? space.length : 0;
    return { reader: new FenceReader(marker, language, indent), inside: source.slice(opening.length) };
  }

  /** The code that `more` adds; sets {@link rest} where the closing line is among it. */
  feed(more: string): string {
    const source = this.#held + more;
    let code = '';
    let start = 0;
    for (let end = source.indexOf('\n'); end >= 0; end = source.indexOf('\n', start)) {
      if (!this.#lineBegun && this.#closes(source.slice(start, end))) {
        this.#held = '';
        this.rest = source.slice(end);
        return code;
      }
      code += this.#take(source.slice(start, end));
      this.#lineBegun = false;
      this.#firstLine = false;
      start = end + 1;
    }
    return code + this.#takePartial(source.slice(start));
  }

  /** Whether the source ends in the closing line. */
  get isClosing(): boolean {
    return this.#closes(this.#held);
  }

  /** The source has ended: the code that was still held back. */
  end(): string {
    const line = this.#held;
    this.#held = '';
    return line === '' || this.#closes(line) ? '' : this.#take(line);
  }

  #takePartial(line: string): string {
    const waits =
      !this.#lineBegun && (/^ {0,3}[`~]*[ ]*$/.test(line) || (line.length < this.indent && line.trim() === ''));
    this.#held = waits ? line : '';
    if (waits) return '';
    const code = this.#take(line);
    this.#lineBegun = true;
    return code;
  }

  #take(text: string): string {
    if (this.#lineBegun) return text;
    const space = text.length - text.trimStart().length;
    const line = text.slice(Math.min(space, this.indent));
    return this.#firstLine ? line : '\n' + line;
  }

  #closes(line: string): boolean {
    const trimmed = line.replace(/^ {0,3}/, '');
    return trimmed.startsWith(this.marker) && /^[`~]*[ ]*$/.test(trimmed.slice(this.marker.length));
  }
}
