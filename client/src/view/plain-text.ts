import { cutIndex } from '../markdown/cut-index.js';
import { h } from './element.js';

/** So many characters are a part, which is laid out anew with all that is added to it. */
const PART_CHARS = 3_000;
const CHARS_PER_PAINT = 12_000;

/** Text as it was written, in parts: what comes has the browser lay out the last part only. */
export class PlainText {
  #last = document.createTextNode('');
  #shown: number;

  /** @param from so much of the text is shown elsewhere */
  constructor(
    private readonly place: HTMLElement,
    from = 0,
  ) {
    this.#shown = from;
  }

  /** How much of the text is shown. */
  get shown(): number {
    return this.#shown;
  }

  /** Shows what is new of `text`, as far as one paint goes; true if there is more to show. */
  paint(text: string): boolean {
    if (text.length <= this.#shown) return false;
    const end = Math.min(text.length, this.#shown + CHARS_PER_PAINT);
    this.#add(text.slice(this.#shown, end));
    this.#shown = end;
    return end < text.length;
  }

  #add(more: string): void {
    let rest = this.#last.data + more;
    while (rest.length > PART_CHARS) {
      const end = cutIndex(rest, PART_CHARS);
      this.#fill(rest.slice(0, end));
      this.#last = document.createTextNode('');
      rest = rest.slice(end);
    }
    this.#fill(rest);
  }

  /** What is in the last part stays, and with it what is selected there. */
  #fill(text: string): void {
    if (!this.#last.parentNode) this.place.append(h('div', { class: 'plain', dir: 'auto' }, this.#last));
    if (text.startsWith(this.#last.data)) this.#last.appendData(text.slice(this.#last.length));
    else this.#last.data = text;
  }
}
