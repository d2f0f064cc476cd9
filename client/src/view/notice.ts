import { countDown, type Countdown } from './countdown.js';
import { h } from './element.js';

/** A place for what has just happened, with what can be done about it. Whether it is an alert or a status is the place's matter. */
export class Notice {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #countdown: Countdown | undefined;

  /** @param passFocus takes the focus where it would be lost with a button of the notice */
  constructor(
    private readonly place: HTMLElement,
    private readonly passFocus: () => void,
  ) {}

  clear(): void {
    clearTimeout(this.#timer);
    this.#countdown?.stop();
    // Who pressed by finger or mouse is not looking for the focus.
    if (this.place.querySelector(':focus-visible')) this.passFocus();
    this.place.replaceChildren();
    this.#toggle(false);
  }

  error(text: string): void {
    this.offer(text, 'Dismiss', () => this.clear());
  }

  /** Something that goes on until it is cleared, and what can be done about it. */
  offer(text: string, label: string, onClick: () => void): void {
    this.clear();
    this.#show(h('p', {}, text), this.#button(label, onClick));
  }

  /**
   * Counts down, then calls `onEnd`, unless cancelled. `text` leads to the number, of which only the first is spoken: the
   * ticking one is for the eyes.
   */
  countdown(text: string, ms: number, onEnd: () => void): void {
    this.clear();
    const countdown = countDown(Date.now() + ms, () => {
      this.clear();
      onEnd();
    });
    this.#countdown = countdown;
    this.#show(
      h('p', {}, `${text} `, ...countdown.nodes),
      this.#button('Cancel', () => this.clear()),
    );
  }

  /** Something that can be taken back for `ms`. */
  undo(text: string, ms: number, onUndo: () => void): void {
    this.clear();
    const undo = this.#button('Undo', () => {
      onUndo();
      this.clear();
    });
    this.#show(h('p', {}, text), undo);
    this.#timer = setTimeout(() => this.clear(), ms);
  }

  #show(...children: Node[]): void {
    this.#toggle(true);
    this.place.replaceChildren(...children);
  }

  /** The class is for what makes room: with `:has` the browser looks for the place anew with every change of the page. */
  #toggle(shown: boolean): void {
    this.place.hidden = !shown;
    document.body.classList.toggle(`shows-${this.place.id}`, shown);
  }

  #button(label: string, onClick: () => void): HTMLButtonElement {
    const button = h('button', { type: 'button', class: 'button' }, label);
    button.addEventListener('click', onClick);
    return button;
  }
}
