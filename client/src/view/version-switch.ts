import { h, iconButton } from './element.js';

/** "2 / 3" between buttons that lead to the version before and after; away where there is only one. */
export class VersionSwitch {
  readonly #before = iconButton('left', 'Previous version', () => this.#go(-1));
  readonly #after = iconButton('right', 'Next version', () => this.#go(1));
  readonly #count = h('span', { class: 'count' });
  readonly element = h(
    'span',
    { class: 'versions when-idle', role: 'group', 'aria-label': 'Versions', hidden: true },
    this.#before,
    this.#count,
    this.#after,
  );
  #versions: readonly string[] = [];
  #at = 0;

  constructor(private readonly onGo: (id: string) => void) {}

  show(id: string, versions: readonly string[]): void {
    this.#versions = versions;
    this.#at = versions.indexOf(id);
    this.element.hidden = versions.length < 2 || this.#at < 0;
    this.#count.textContent = `${this.#at + 1} / ${versions.length}`;
    this.#before.disabled = this.#at <= 0;
    this.#after.disabled = this.#at >= versions.length - 1;
  }

  /** Takes the focus, which the switch it came from has lost; to the button that still leads somewhere. */
  focus(): void {
    (this.#before.disabled ? this.#after : this.#before).focus();
  }

  #go(step: 1 | -1): void {
    const id = this.#versions[this.#at + step];
    if (id !== undefined) this.onGo(id);
  }
}
