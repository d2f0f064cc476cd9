import type { AnswerState } from '../state/answer-state.js';
import { trailOf } from '../state/attempts.js';
import { AnswerFooter, type AnswerViewOptions } from './answer-footer.js';
import { failureWords, shownError } from './answer-facts.js';
import { AnswerText } from './answer-text.js';
import { h, iconOf } from './element.js';
import { errorNote } from './error-note.js';
import { ReasoningView } from './reasoning-view.js';

/** One answer in the page. Each part is touched only when what it shows has changed. */
export class AnswerView {
  readonly element: HTMLElement;
  #text = new AnswerText();
  /** Takes the place of the text as soon as it has caught up with it: of an answer that goes on. */
  #next: { text: AnswerText; from: number } | undefined;
  readonly #reasoning = new ReasoningView();
  readonly #trail = h('span', { class: 'trail' });
  readonly #footer: AnswerFooter;
  readonly #waiting = h('div', { class: 'waiting', 'aria-hidden': 'true' }, iconOf('mark'));
  #error: HTMLElement | undefined;
  #state: AnswerState | undefined;

  constructor(
    id: string,
    private readonly options: AnswerViewOptions,
  ) {
    const name = `name-${id}`;
    this.#footer = new AnswerFooter(options, () => this.#state);
    this.element = h(
      'article',
      { class: 'message answer', 'aria-labelledby': name },
      h('header', {}, h('h2', { id: name, class: 'visually-hidden' }, 'Answer'), this.#trail),
      this.#reasoning.element,
      this.#text.element,
      this.#waiting,
      this.#footer.element,
    );
  }

  showVersions(id: string, versions: readonly string[]): void {
    this.#footer.versions.show(id, versions);
  }

  focusVersions(): void {
    this.#footer.versions.focus();
  }

  /** The answer goes on behind what is shown of it. */
  restart(): void {
    this.#next = { text: new AnswerText(), from: this.#text.shown };
    this.#error?.remove();
    this.#error = undefined;
    this.#footer.restart();
  }

  /** Shows `state` as far as one paint goes; true if there is more to show. */
  paint(state: AnswerState): boolean {
    const before = this.#state;
    this.#state = state;
    if (before?.attempts !== state.attempts || before.error !== state.error) this.#showTrail(state);
    const moreReasoning = this.#reasoning.paint(state);
    const more = this.#paintText(state) || moreReasoning;
    const shownAsRunning = state.running || more;
    this.element.setAttribute('aria-busy', String(shownAsRunning));
    this.#waiting.hidden = !state.running || state.text !== '';
    this.#footer.paint(state, shownAsRunning);
    if (!shownAsRunning) this.#showError(state);
    return more;
  }

  /** Has the browser lay out now what was painted, and not only when it draws. */
  layOut(): void {
    this.element.getBoundingClientRect();
  }

  #paintText({ text, running }: AnswerState): boolean {
    if (!this.#next) return this.#text.paint(text, !running);
    const { text: next, from } = this.#next;
    const more = next.paint(text, !running);
    if (next.shown >= from) {
      this.#text.element.replaceWith(next.element);
      this.#text = next;
      this.#next = undefined;
    }
    return more;
  }

  #showTrail(state: AnswerState): void {
    const trail = trailOf(state);
    // An answer that goes on keeps its trail until a provider is asked.
    if (trail.length === 0) return;
    this.#trail.replaceChildren(
      ...trail.flatMap(({ provider, failure }, i) => {
        const badge = h('span', { class: failure ? 'badge failed' : 'badge', 'data-provider': provider }, provider);
        if (!failure) return [badge];
        badge.append(h('span', { class: 'failure' }, ` ${failureWords(failure)}`));
        const isLast = i === trail.length - 1;
        return isLast ? [badge] : [badge, h('span', { class: 'arrow', role: 'img', 'aria-label': 'then' }, '→')];
      }),
    );
  }

  #showError(state: AnswerState): void {
    const error = shownError(state);
    if (!error || this.#error) return;
    this.#error = errorNote(error, this.options.live, this.options.turn && (() => this.options.turn?.regenerate()));
    this.element.insertBefore(this.#error, this.#footer.element);
  }
}
