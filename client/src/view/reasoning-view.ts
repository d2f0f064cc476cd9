import type { AnswerState } from '../state/answer-state.js';
import { h } from './element.js';

/** What the model thought before it answered: folded, plain, and appended to. */
export class ReasoningView {
  readonly element: HTMLDetailsElement;
  readonly #summary = h('summary', {}, 'Thinking');
  #ended = false;
  readonly #text = document.createTextNode('');

  constructor() {
    this.element = h(
      'details',
      { class: 'reasoning', hidden: true },
      this.#summary,
      h('div', { class: 'reasoning-text', dir: 'auto' }, this.#text),
    );
  }

  paint({ reasoning, text, running }: AnswerState): void {
    if (reasoning === '') return;
    this.element.hidden = false;
    if (reasoning.length > this.#text.length) this.#text.appendData(reasoning.slice(this.#text.length));
    // Where they are all there is.
    if (!running && text.trim() === '' && !this.#ended) this.element.open = true;
    this.#ended = !running;
    const thinking = running && text === '';
    this.element.classList.toggle('thinking', thinking);
    const title = thinking ? 'Thinking…' : 'Thoughts';
    if (this.#summary.textContent !== title) this.#summary.textContent = title;
  }
}
