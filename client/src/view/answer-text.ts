import { domSink, growingSink } from '../markdown/dom-sink.js';
import { MarkdownStream } from '../markdown/markdown-stream.js';
import { pieceEnd } from '../markdown/piece-end.js';

/** How much text goes into one paint, so that even a whole book arriving at once holds up nothing for long. */
const CHARS_PER_PAINT = 3_000;
/** A running answer begins with less: the browser compiles the parser with the first words, one part with each paint. */
const FIRST_CHARS = 60;

/** The text of an answer in the page. It is given the whole text so far and shows what is new of it. */
export class AnswerText {
  readonly element = document.createElement('div');
  #markdown: MarkdownStream<Node> | undefined;
  #shown = 0;
  #finished = false;
  /** It could not be rendered. */
  #isPlain = false;
  readonly #plain = document.createTextNode('');

  constructor() {
    this.element.className = 'prose';
  }

  /** How much of the text is shown. */
  get shown(): number {
    return this.#shown;
  }

  /** Shows the next part of `text`; `whole` tells that no more will come. True if there is more to show. */
  paint(text: string, whole: boolean): boolean {
    if (this.#finished) return false;
    if (this.#isPlain) return this.#paintPlain(text);
    try {
      return this.#paintMarkdown(text, whole);
    } catch (error) {
      // A fault in one answer is no fault of the others; and as it was written it can still be read.
      reportError(error);
      this.#isPlain = true;
      this.element.classList.add('plain');
      this.element.replaceChildren(this.#plain);
      return this.#paintPlain(text);
    }
  }

  #paintMarkdown(text: string, whole: boolean): boolean {
    this.#markdown ??= new MarkdownStream<Node>(whole ? domSink : growingSink, this.element);
    if (this.#shown < text.length) {
      const most = whole ? CHARS_PER_PAINT : Math.min(CHARS_PER_PAINT, FIRST_CHARS + this.#shown);
      const end = wholeCharacters(text, pieceEnd(text, this.#shown, most));
      this.#markdown.append(copyOf(text.slice(this.#shown, end)));
      this.#markdown.paint();
      this.#shown = end;
    }
    if (this.#shown < text.length) return true;
    if (!whole) return false;
    this.#finished = !this.#markdown.finish();
    return !this.#finished;
  }

  #paintPlain(text: string): boolean {
    this.#plain.appendData(text.slice(this.#plain.length));
    this.#shown = text.length;
    return false;
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
