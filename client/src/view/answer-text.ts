import { domSink, growingSink } from '../markdown/dom-sink.js';
import { MarkdownStream } from '../markdown/markdown-stream.js';
import { Meter, meteredSink } from '../markdown/metered-sink.js';
import { pieceEnd } from '../markdown/piece-end.js';
import { h } from './element.js';
import { PlainText } from './plain-text.js';

/** How much text goes into one paint, so that even a whole book arriving at once holds up nothing for long. */
const CHARS_PER_PAINT = 3_000;
/** Where the text is costly, a paint is over after so many elements and texts, or so long. */
const PARTS_PER_PAINT = 400;
const MS_PER_PAINT = 8;
/** A running answer begins with less: the browser compiles the parser with the first words, one part with each paint. */
const FIRST_CHARS = 60;

/** Elements and texts of one answer, some thirty times as many as a long one has: more would make all that is done slow. */
const MOST_PARTS = 15_000;
const REST = 'There is more to this answer than a page can show in its form. The rest is shown as it was written.';

/** The text of an answer in the page. It is given the whole text so far and shows what is new of it. */
export class AnswerText {
  readonly element = document.createElement('div');
  readonly #meter = new Meter();
  #markdown: MarkdownStream<Node> | undefined;
  /** Shows the text from some place on as it was written. */
  #plain: PlainText | undefined;
  #shown = 0;
  #finished = false;

  constructor() {
    this.element.className = 'prose';
  }

  /** How much of the text is shown. */
  get shown(): number {
    return this.#plain?.shown ?? this.#shown;
  }

  /** Shows the next part of `text`; `whole` tells that no more will come. True if there is more to show. */
  paint(text: string, whole: boolean): boolean {
    if (this.#finished) return false;
    if (this.#plain) return this.#plain.paint(text);
    try {
      return this.#paintMarkdown(text, whole);
    } catch (error) {
      // A fault in one answer is no fault of the others; and as it was written it can still be read.
      reportError(error);
      this.element.replaceChildren();
      this.#plain = new PlainText(this.element);
      return this.#plain.paint(text);
    }
  }

  #paintMarkdown(text: string, whole: boolean): boolean {
    this.#markdown ??= new MarkdownStream<Node>(meteredSink(whole ? domSink : growingSink, this.#meter), this.element);
    if (this.#shown < text.length) {
      if (this.#meter.parts > MOST_PARTS) return this.#showRest(this.#markdown, text);
      this.#paintPieces(this.#markdown, text, whole ? CHARS_PER_PAINT : FIRST_CHARS + this.#shown);
    }
    if (this.#shown < text.length) return true;
    if (!whole) return false;
    this.#finished = !this.#markdown.finish();
    return !this.#finished;
  }

  /** As many costly pieces as there is time for. */
  #paintPieces(markdown: MarkdownStream<Node>, text: string, most: number): void {
    const limit = wholeCharacters(text, this.#shown + Math.min(most, CHARS_PER_PAINT));
    const mostParts = this.#meter.parts + PARTS_PER_PAINT;
    const until = performance.now() + MS_PER_PAINT;
    while (this.#shown < limit && this.#meter.parts < mostParts && performance.now() < until) {
      const end = pieceEnd(text, this.#shown, limit - this.#shown);
      markdown.append(copyOf(text.slice(this.#shown, end)));
      markdown.paint();
      this.#shown = end;
    }
  }

  #showRest(markdown: MarkdownStream<Node>, text: string): boolean {
    markdown.end();
    this.element.append(h('p', { class: 'hint', role: 'note' }, REST));
    this.#plain = new PlainText(this.element, this.#shown);
    return this.#plain.paint(text);
  }
}

/**
 * Engines keep a slice as a reference into the text that it was cut from, and a growing text is another one with each
 * paint: what is kept of the slices would hold all of them, up to 130 MB for an answer of 60 KB.
 */
function copyOf(slice: string): string {
  return slice.split('').join('');
}

function wholeCharacters(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
}
