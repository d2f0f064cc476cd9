import { canGoOn, type AnswerState } from '../state/answer-state.js';
import { estimateTokens } from '../state/token-estimate.js';
import { endingText, facts, INDICATIVE, tokenText } from './answer-facts.js';
import { copyButton } from './copy-button.js';
import { h, iconButton } from './element.js';
import { Menu } from './menu.js';
import { VersionSwitch } from './version-switch.js';

export interface AnswerViewOptions {
  /** The estimate of what was sent along, for the number that runs while the answer is written. */
  readonly promptTokens: number;
  readonly live: boolean;
  /** What can be done with the answer; absent where it is only read. */
  readonly turn?: AnswerTurn;
  showVersion(id: string): void;
}

interface AnswerTurn {
  regenerate(provider?: string): void;
  continue(): void;
  providers(): readonly string[];
}

/** Below an answer: its tokens, how it ended if not well, and what can be done with it. */
export class AnswerFooter {
  readonly element: HTMLElement;
  readonly versions: VersionSwitch;
  readonly #chip = h('span', { class: 'chip', hidden: true });
  readonly #ending = h('span', { class: 'ending', hidden: true });
  readonly #continue: HTMLButtonElement;
  readonly #copy: HTMLButtonElement;
  #estimated = { at: 0, tokens: 0 };

  constructor(
    private readonly options: AnswerViewOptions,
    state: () => AnswerState | undefined,
  ) {
    const { turn } = options;
    this.versions = new VersionSwitch((id) => options.showVersion(id));
    this.#continue = h('button', { type: 'button', class: 'button small go-on when-idle', hidden: true }, 'Continue');
    this.#continue.addEventListener('click', () => turn?.continue());
    this.#copy = copyButton('Copy message', () => state()?.text ?? '');
    const buttons = turn ? regenerateButtons(turn) : [];
    const actions = h('div', { class: 'actions' }, this.#copy, ...buttons, detailsButton(state));
    this.element = h('footer', {}, this.#chip, this.#ending, this.#continue, this.versions.element, actions);
  }

  /**
   * The classes are its own and not the answer's: with a change of those the browser goes through all that is in the answer,
   * which of a long one with formulas takes it 60 ms on a slow machine.
   */
  paint(state: AnswerState, running: boolean): void {
    this.element.classList.toggle('running', running);
    this.#showTokens(state);
    if (!running) this.#showEnd(state);
  }

  /** The answer goes on. */
  restart(): void {
    this.#ending.hidden = true;
    this.#continue.hidden = true;
    this.element.classList.remove('ended');
  }

  /**
   * While the answer is written the number is ours and runs along; the service's own takes its place at the end. An answer
   * that a crash cut short has none.
   */
  #showTokens({ usage, text, reasoning }: AnswerState): void {
    if (usage) this.#chip.textContent = tokenText(usage.tokens, usage.accurate);
    else if (text !== '') {
      this.#estimate(reasoning + text);
      this.#chip.textContent = tokenText(this.options.promptTokens + this.#estimated.tokens, false);
    } else return;
    this.#chip.classList.toggle('accurate', usage?.accurate ?? false);
    this.#chip.title = 'Indicative, not a guarantee. EST: estimated here; ACU: reported by the provider.';
    this.#chip.hidden = false;
  }

  #showEnd(state: AnswerState): void {
    this.element.classList.add('ended');
    // That it failed is said by the error itself.
    const ending = state.finishReason === 'error' && state.error ? undefined : endingText(state);
    this.#copy.hidden = state.text === '';
    this.#ending.hidden = ending === undefined;
    this.#ending.textContent = ending ?? '';
    this.#continue.hidden = !this.options.turn || !canGoOn(state);
  }

  #estimate(text: string): void {
    if (text.length === this.#estimated.at) return;
    const tokens = this.#estimated.tokens + estimateTokens(text.slice(this.#estimated.at));
    this.#estimated = { at: text.length, tokens };
  }
}

/** A button that tells how the answer came about. */
function detailsButton(state: () => AnswerState | undefined): HTMLElement {
  const list = h('dl');
  const button = iconButton('dots', 'Details');
  const panel = h('div', { class: 'menu-panel facts' }, list, h('p', { class: 'fine' }, INDICATIVE));
  return new Menu(button, panel, () => {
    const known = state();
    if (!known) return;
    list.replaceChildren(...facts(known).flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
  }).element;
}

/** One button to have a question answered once more, and a menu to say by whom. */
function regenerateButtons(turn: AnswerTurn): Node[] {
  const again = iconButton('retry', 'Regenerate', () => turn.regenerate());
  const choose = iconButton('more', 'Regenerate with…');
  choose.classList.add('narrow');
  const panel = h('div', { class: 'menu-panel', role: 'group', 'aria-label': 'Providers' });
  const menu = new Menu(choose, panel, () => {
    panel.replaceChildren(
      ...turn.providers().map((provider) => {
        const button = h('button', { type: 'button', class: 'button quiet' }, provider);
        button.addEventListener('click', () => {
          menu.close();
          turn.regenerate(provider);
        });
        return button;
      }),
    );
  });
  again.classList.add('when-idle');
  menu.element.classList.add('when-idle');
  return [again, menu.element];
}
