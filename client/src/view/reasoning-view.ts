import type { AnswerState } from '../state/answer-state.js';
import { h } from './element.js';
import { PlainText } from './plain-text.js';

/** What the model thought before it answered: folded, plain, and appended to. */
export class ReasoningView {
  readonly element: HTMLDetailsElement;
  readonly #summary = h('summary', {}, 'Thinking');
  #ended = false;
  readonly #text: PlainText;

  constructor() {
    const place = h('div', { class: 'reasoning-text' });
    this.#text = new PlainText(place);
    this.element = h('details', { class: 'reasoning', hidden: true }, this.#summary, place);
  }

  /** Shows what is new as far as one paint goes; true if there is more to show. */
  paint({ reasoning, text, running }: AnswerState): boolean {
    if (reasoning === '') return false;
    this.element.hidden = false;
    const more = this.#text.paint(reasoning);
    // Where they are all there is.
    if (!running && text.trim() === '' && !this.#ended) this.element.open = true;
    this.#ended = !running;
    const thinking = running && text === '';
    this.element.classList.toggle('thinking', thinking);
    const title = thinking ? 'Thinking…' : 'Thoughts';
    if (this.#summary.textContent !== title) this.#summary.textContent = title;
    return more;
  }
}
