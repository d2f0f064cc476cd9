import { BEGINNING_CHARS, expandTabs, PLAIN, TASK_BOX, UNDECIDED } from './line-beginning.js';

const BULLET = /^( {0,3}(?:[*+-]|\d{1,9}[.)]))([ \t]+)(?=[^ \t\n])/;
/** What a line in the first paragraph begins with that may make it a heading or a table, which has no box. */
const NO_TASK = /[|:=-]/;
/** More columns than this before an item's text belong to the text, all but one. */
const WIDEST_GAP = 4;

/** The beginning of a line that is indented less than its item, and not a part of it. */
const BREAK =
  /^ {0,3}(?:(?:[*+-]|\d{1,9}[.)])(?=[ \t\n])|#{1,6}(?=[ \t\n])|`{3}|~{3}|>|([*_-])(?:[ \t]*\1){2,}[ \t]*\n)/;

/**
 * Takes the indentation off a list item line by line, as the parser does, so that its inside needs no second look however
 * long it grows.
 */
export class ItemReader {
  /** The beginning of a line that may be the item's or not. */
  held = '';
  /** White space at the end, which is only inside if something follows. */
  #space = '';
  #lineBegun = true;
  #blank = false;
  /** The beginning of the last line, and how much of it the parser leaves out when it looks at what the next one goes on with. */
  #line = '';
  #unseen = 0;
  #mayBeNoTask: boolean;
  /** The source from the first line on that is not the item's, once there is one. */
  rest: string | undefined;
  /** There is a line of which only the parser can tell whether it is the item's. */
  isUncertain = false;

  private constructor(
    private readonly indent: number,
    readonly isTask: boolean,
  ) {
    this.#mayBeNoTask = isTask;
  }

  /** A reader that has read `source`, an item, and what is inside; undefined for an item that it cannot read, or that is over. */
  static open(source: string): { reader: ItemReader; inside: string } | undefined {
    const [whole, bullet = '', space = ''] = BULLET.exec(source) ?? [];
    if (whole === undefined) return undefined;
    const gap = expandTabs(space, bullet.length);
    const width = gap.length > WIDEST_GAP ? 1 : gap.length;
    const text = source.slice(whole.length);
    const reader = new ItemReader(bullet.length + width, TASK_BOX.test(text));
    reader.#line = gap.slice(width);
    const inside = reader.#line + reader.feed(text);
    return reader.rest === undefined && !reader.isUncertain ? { reader, inside } : undefined;
  }

  /** What `more` adds to the inside; sets {@link rest} where the item ends in it, {@link isUncertain} where it may. */
  feed(more: string): string {
    const inside = this.#space + this.#read(this.held + more);
    const text = inside.trimEnd();
    this.#space = inside.slice(text.length);
    return text;
  }

  #read(more: string): string {
    let source = more;
    let inside = '';
    this.held = '';
    while (source !== '') {
      if (!this.#lineBegun) {
        const space = /^[ \t]*/.exec(source)?.[0] ?? '';
        const begun = this.#beginning(source, space);
        if (begun === undefined) return inside;
        inside += `\n${begun}`;
        this.#lineBegun = true;
        this.#line = begun;
        source = source.slice(space.length);
      }
      const end = source.indexOf('\n');
      const text = end < 0 ? source : source.slice(0, end);
      inside += text;
      if (this.#line.length < BEGINNING_CHARS) this.#line += text.slice(0, BEGINNING_CHARS);
      this.#lineBegun = end < 0;
      source = end < 0 ? '' : source.slice(end + 1);
    }
    return inside;
  }

  /** Whether there is the beginning of a line that may be the item's or not. */
  get isHolding(): boolean {
    return this.held.trim() !== '';
  }

  /** How the line that `source` begins with, after `space`, begins in the item; undefined if that is not known yet, or it is not in it. */
  #beginning(source: string, space: string): string | undefined {
    const sign = source[space.length];
    const columns = expandTabs(space);
    if (sign === undefined) this.held = source;
    else if (sign === '\n' || columns.length >= this.indent) {
      this.#blank = sign === '\n';
      this.#unseen = 0;
      if (this.#blank) this.#mayBeNoTask = false;
      else if (this.#mayBeNoTask && NO_TASK.test(sign)) this.isUncertain = true;
      return columns.slice(this.indent);
    } else if (this.#blank || BREAK.test(source)) this.rest = source;
    else if (UNDECIDED.test(source)) this.held = source;
    else if (PLAIN.test(source) && PLAIN.test(this.#line.slice(this.#unseen))) {
      this.#unseen = this.indent;
      return space;
    } else {
      this.isUncertain = true;
      this.rest = source;
    }
    return undefined;
  }
}
