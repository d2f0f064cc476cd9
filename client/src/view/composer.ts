import { byId } from './element.js';
import { isComposing, touchOnly } from './keys.js';

export type ComposerMode = 'ready' | 'running' | 'stopping';

export interface ComposerActions {
  send(text: string): void;
  stop(): void;
  /** Questions asked before, the latest last. */
  recall(): readonly string[];
  /** The text has changed by hand. */
  typed(): void;
  /** It was to be sent while an answer runs. */
  tooEarly(): void;
}

const SHOWN_MS = 800;
const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** Where questions are written. It shares no state with the conversation, so typing never waits for it. */
export class Composer {
  readonly #field = byId('message', HTMLTextAreaElement);
  readonly #send = byId('send', HTMLButtonElement);
  readonly #stop = byId('stop', HTMLButtonElement);
  #mode: ComposerMode = 'ready';
  /** How far back ArrowUp has gone; 0 is the text of one's own. */
  #recalled = 0;

  constructor(private readonly actions: ComposerActions) {
    this.#field.enterKeyHint = touchOnly.matches ? 'enter' : 'send';
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#field.addEventListener('input', () => {
      this.#recalled = 0;
      this.#fit();
      this.actions.typed();
    });
    this.#send.addEventListener('click', () => this.#submit());
    this.#stop.addEventListener('click', () => {
      actions.stop();
      this.focus();
    });
  }

  get text(): string {
    return this.#field.value;
  }

  set text(text: string) {
    this.#field.value = text;
    this.#recalled = 0;
    this.#fit();
  }

  set mode(mode: ComposerMode) {
    this.#mode = mode;
    this.#send.hidden = mode !== 'ready';
    this.#stop.hidden = mode === 'ready';
    this.#stop.classList.toggle('stopping', mode === 'stopping');
    this.#fit();
  }

  /** Not on touch screens, where it would bring up the keyboard. */
  focus(): void {
    if (!touchOnly.matches) this.#field.focus();
  }

  #submit(): void {
    if (this.text.trim() === '') return;
    if (this.#mode !== 'ready') {
      this.#pointOutStop();
      return;
    }
    // First, while there is nothing new to be laid out for it.
    this.focus();
    this.actions.send(this.text);
  }

  #pointOutStop(): void {
    const [ring, end] = ['0.3rem solid var(--accent)', '0 solid var(--accent)'];
    this.#stop.animate({ outline: [ring, lessMotion.matches ? ring : end] }, SHOWN_MS);
    this.actions.tooEarly();
  }

  #onKey(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !touchOnly.matches) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'ArrowUp' && (this.text === '' || this.#recalled > 0)) this.#recall(event, 1);
    else if (event.key === 'ArrowDown' && this.#recalled > 0) this.#recall(event, -1);
  }

  #recall(event: KeyboardEvent, step: 1 | -1): void {
    const questions = this.actions.recall();
    const next = Math.min(this.#recalled + step, questions.length);
    if (next === this.#recalled) return;
    event.preventDefault();
    this.text = questions[questions.length - next] ?? '';
    this.#recalled = next;
    this.actions.typed();
  }

  /** Grows with its text where the browser does not do so by itself (`field-sizing`). */
  #fit(): void {
    this.#send.disabled = this.text.trim() === '';
    if (CSS.supports('field-sizing', 'content')) return;
    this.#field.style.setProperty('height', 'auto');
    this.#field.style.setProperty('height', `${this.#field.scrollHeight}px`);
  }
}
