import { byId } from './element.js';

/** A field of index.html, `id`, under which `id-error` says what it takes for as long as it holds something else. */
export class CheckedField {
  readonly #input: HTMLInputElement;
  readonly #error: HTMLElement;

  constructor(id: string) {
    this.#input = byId(id, HTMLInputElement);
    this.#error = byId(`${id}-error`, HTMLElement);
    this.#input.addEventListener('change', () => this.check());
    // What is wrong is said after the typing; that it is right now, at once.
    this.#input.addEventListener('input', () => {
      if (!this.#error.hidden) this.check();
    });
  }

  /** Whether it may be used. A number between the steps may: they are only for the arrows, where not whole ones. */
  get isValid(): boolean {
    const { badInput, patternMismatch, rangeOverflow, rangeUnderflow, stepMismatch } = this.#input.validity;
    const isBetween = stepMismatch && this.#input.step === '1';
    return this.#input.disabled || !(badInput || patternMismatch || rangeOverflow || rangeUnderflow || isBetween);
  }

  /** Shows whether it may be used, and tells it. */
  check(): boolean {
    const { isValid } = this;
    this.#error.hidden = isValid;
    this.#input.setAttribute('aria-invalid', String(!isValid));
    return isValid;
  }

  set value(value: string) {
    this.#input.value = value;
    this.check();
  }

  get text(): string {
    return this.#input.value.trim();
  }

  /** Undefined where it is empty. */
  get number(): number | undefined {
    return this.#input.value === '' ? undefined : this.#input.valueAsNumber;
  }

  set disabled(disabled: boolean) {
    this.#input.disabled = disabled;
    this.check();
  }

  focus(): void {
    this.#input.focus();
  }
}
