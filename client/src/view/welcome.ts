import { byId } from './element.js';

/** What an empty conversation shows: what this is, and some questions to begin with. */
export class Welcome {
  readonly #place = byId('welcome', HTMLElement);

  constructor(onPick: (question: string) => void) {
    for (const button of this.#place.querySelectorAll('button')) {
      button.addEventListener('click', () => onPick(button.textContent.trim()));
    }
  }

  set visible(visible: boolean) {
    this.#place.hidden = !visible;
  }
}
