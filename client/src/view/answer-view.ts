import { estimateTokens } from '../state/token-estimate.js';
import type { AnswerState } from '../state/answer-state.js';
import { endingText, failureText, tokenText } from './answer-facts.js';
import { AnswerText } from './answer-text.js';
import { copyButton } from './copy-button.js';
import { detailsButton } from './details-button.js';
import { h, iconOf } from './element.js';
import { errorNote } from './error-note.js';
import { ReasoningView } from './reasoning-view.js';

export interface AnswerActions {
  /** Asks the question of this answer once more. */
  readonly retry: () => void;
}

/** One answer in the page. Each part is touched only when what it shows has changed. */
export class AnswerView {
  readonly element: HTMLElement;
  readonly #text = new AnswerText();
  readonly #reasoning = new ReasoningView();
  readonly #trail = h('span', { class: 'trail' });
  readonly #chip = h('span', { class: 'chip', hidden: true });
  readonly #ending = h('span', { class: 'ending', hidden: true });
  readonly #footer: HTMLElement;
  readonly #waiting = h('div', { class: 'waiting', 'aria-hidden': 'true' }, iconOf('mark'));
  readonly #live: boolean;
  #state: AnswerState | undefined;
  #estimated = { at: 0, tokens: 0 };

  /** `promptTokens` is the estimate of what was sent along, for the number that runs while the answer is written. */
  constructor(
    id: string,
    private readonly actions: AnswerActions,
    private readonly promptTokens: number,
    live: boolean,
  ) {
    this.#live = live;
    const name = `name-${id}`;
    this.#footer = h(
      'footer',
      {},
      this.#chip,
      this.#ending,
      h(
        'div',
        { class: 'actions' },
        copyButton('Copy message', () => this.#state?.text ?? ''),
        this.#details(),
      ),
    );
    this.element = h(
      'article',
      { class: 'message answer', 'aria-labelledby': name },
      h('header', {}, h('h2', { id: name, class: 'visually-hidden' }, 'Answer'), this.#trail),
      this.#reasoning.element,
      this.#text.element,
      this.#waiting,
      this.#footer,
    );
  }

  /** Shows `state` as far as one paint goes; true if there is more to show. */
  paint(state: AnswerState): boolean {
    const before = this.#state;
    this.#state = state;
    if (before?.trail !== state.trail) this.#showTrail(state);
    this.#reasoning.paint(state);
    const more = this.#text.paint(state.text, !state.running);
    const shownAsRunning = state.running || more;
    this.element.setAttribute('aria-busy', String(shownAsRunning));
    this.element.classList.toggle('running', shownAsRunning);
    this.#waiting.hidden = !state.running || state.text !== '';
    this.#showTokens(state);
    if (!shownAsRunning) this.#showEnd(state);
    return more;
  }

  #showTrail({ trail }: AnswerState): void {
    this.#trail.replaceChildren(
      ...trail.flatMap(({ provider, failure }) => {
        const badge = h('span', { class: failure ? 'badge failed' : 'badge', 'data-provider': provider }, provider);
        if (!failure) return [badge];
        badge.append(h('span', { class: 'failure' }, ` ${failureText(failure)}`));
        return [badge, h('span', { class: 'arrow', 'aria-label': 'then' }, '→')];
      }),
    );
  }

  /** While the answer is written the number is ours and runs along; the service's own takes its place at the end. */
  #showTokens({ usage, text, reasoning, running }: AnswerState): void {
    if (usage) this.#chip.textContent = tokenText(usage.tokens, usage.accurate);
    else if (running && text !== '') {
      this.#estimate(reasoning + text);
      this.#chip.textContent = tokenText(this.promptTokens + this.#estimated.tokens, false);
    } else return;
    this.#chip.classList.toggle('accurate', usage?.accurate ?? false);
    this.#chip.title = 'Indicative, not a guarantee. EST: estimated here; ACU: reported by the provider.';
    this.#chip.hidden = false;
  }

  #estimate(text: string): void {
    if (text.length === this.#estimated.at) return;
    const tokens = this.#estimated.tokens + estimateTokens(text.slice(this.#estimated.at));
    this.#estimated = { at: text.length, tokens };
  }

  #showEnd(state: AnswerState): void {
    const ending = endingText(state);
    this.#ending.hidden = ending === undefined;
    this.#ending.textContent = ending ?? '';
    this.element.classList.add('ended');
    const shown = this.element.querySelector('.error-note');
    if (!state.error || shown) return;
    this.element.insertBefore(errorNote(state.error, this.#live, this.actions.retry), this.#footer);
  }

  #details(): HTMLElement {
    return detailsButton(() => this.#state);
  }
}
