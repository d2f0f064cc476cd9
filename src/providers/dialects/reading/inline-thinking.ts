import type { DeltaSink } from './delta.js';

const OPEN = '<think>';
const CLOSE = '</think>';

/** No model puts this much white space before or after its thinking: it is an answer of white space, which may have no end. */
const MAX_BLANK_CHARS = 256;

/** What is read: an answer, the rest of one, or the rest of one by a model that doesn't think in its text. */
export type Beginning = 'fresh' | 'continued' | 'text';

/**
 * Models without a field for reasoning start their text with `<think>…</think>`. Tags anywhere else are text. Pieces may
 * be cut anywhere: what may still become a tag is held back until that is decided.
 */
export class InlineThinking {
  /** There was such thinking. */
  thought = false;
  #state: 'beginning' | 'thinking' | 'behind' | 'text' = 'beginning';
  #held = '';

  constructor(
    private readonly sink: DeltaSink,
    private readonly beginning: Beginning = 'fresh',
  ) {
    if (beginning === 'text') this.#state = 'text';
  }

  push(piece: string): void {
    if (this.#state === 'text') return this.sink.text(piece);
    this.#held += piece;
    if (this.#state === 'beginning') this.#begin();
    if (this.#state === 'thinking') this.#think();
    if (this.#state === 'behind') this.#skipBlank();
  }

  /** The stream is over. */
  end(): void {
    if (this.#state === 'thinking') this.#say(this.#held);
    else if (this.#state === 'beginning' && this.#held !== '') this.sink.text(this.#held);
    this.#held = '';
  }

  #begin(): void {
    const text = this.#held.trimStart();
    if (this.#held.length - text.length > MAX_BLANK_CHARS) this.#toText();
    else if (text.startsWith(OPEN)) {
      this.#state = 'thinking';
      this.thought = true;
      this.#held = text.slice(OPEN.length);
    } else if (!OPEN.startsWith(text)) this.#toText();
  }

  #think(): void {
    const close = this.#held.indexOf(CLOSE);
    if (close === -1) {
      const kept = lengthOfTagBegun(this.#held);
      this.#say(this.#held.slice(0, this.#held.length - kept));
      this.#held = this.#held.slice(this.#held.length - kept);
      return;
    }
    this.#say(this.#held.slice(0, close));
    this.#held = this.#held.slice(close + CLOSE.length);
    this.#state = 'behind';
  }

  /** Blank lines between the thinking and the answer belong to neither; other white space may be where one goes on. */
  #skipBlank(): void {
    const text = this.#held.trimStart();
    if (text === '' && this.#held.length <= MAX_BLANK_CHARS) return;
    this.#held = this.beginning === 'continued' ? this.#held.replace(/^\n{1,2}/, '') : text;
    this.#toText();
  }

  #toText(): void {
    this.#state = 'text';
    this.sink.text(this.#held);
    this.#held = '';
  }

  #say(thought: string): void {
    if (thought !== '') this.sink.reasoning(thought);
  }
}

/** How many characters at the end of `text` may be the beginning of a closing tag. */
function lengthOfTagBegun(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
