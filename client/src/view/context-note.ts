import { byId } from './element.js';
import { Notice } from './notice.js';

/** Says, near the message box, what the next question goes on from where that is not what is shown. */
export class ContextNote {
  readonly #notice: Notice;

  /**
   * @param showCurrent shows the version that goes on
   * @param passFocus takes the focus where it would be lost
   */
  constructor(
    private readonly showCurrent: () => void,
    passFocus: () => void,
  ) {
    this.#notice = new Notice(byId('context', HTMLElement), passFocus);
  }

  /** @param current the number of the version that goes on; undefined where it is shown */
  show(current: number | undefined): void {
    if (current === undefined) return this.#notice.clear();
    const text = `You are reading an earlier version. Your next question goes on from version ${current} of ${current}.`;
    this.#notice.offer(text, `Show version ${current}`, this.showCurrent);
  }
}
