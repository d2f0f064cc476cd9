const OPENING = /^(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;

/**
 * Reads the inside of a fenced code block line by line, so that its text needs no second look however long it grows.
 * Only for fences that are not indented.
 */
export class FenceReader {
  #held = '';
  #firstLine = true;
  /** A line end goes out only before the next line: the last one belongs to the fence. */
  #lineBegun = false;
  /** The source behind the closing line, from its end on, once there is one. */
  rest: string | undefined;

  private constructor(
    private readonly marker: string,
    readonly language: string,
  ) {}

  /** A reader for the fence that `source` begins with, and what comes after its opening line; undefined if there is none. */
  static open(source: string): { reader: FenceReader; inside: string } | undefined {
    const match = OPENING.exec(source);
    if (!match?.[1]) return undefined;
    const language = match[2]?.trim().match(/^\S+/)?.[0] ?? '';
    return { reader: new FenceReader(match[1], language), inside: source.slice(match[0].length) };
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

  /** The source has ended: the code that was still held back. */
  end(): string {
    const line = this.#held;
    this.#held = '';
    return line === '' || this.#closes(line) ? '' : this.#take(line);
  }

  #takePartial(line: string): string {
    const mayClose = !this.#lineBegun && /^ {0,3}[`~]*[ ]*$/.test(line);
    this.#held = mayClose ? line : '';
    if (mayClose) return '';
    const code = this.#take(line);
    this.#lineBegun = true;
    return code;
  }

  #take(text: string): string {
    return this.#lineBegun || this.#firstLine ? text : '\n' + text;
  }

  #closes(line: string): boolean {
    const trimmed = line.replace(/^ {0,3}/, '');
    return trimmed.startsWith(this.marker) && /^[`~]*[ ]*$/.test(trimmed.slice(this.marker.length));
  }
}
