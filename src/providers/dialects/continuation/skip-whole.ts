import type { TextFilter } from './text-filter.js';

/** Leaves out `mark` where the text begins with all of it. */
export class SkipWhole implements TextFilter {
  #held = '';
  #decided = false;

  constructor(private readonly mark: string) {}

  push(text: string): string {
    if (this.#decided) return text;
    this.#held += text;
    if (this.#held.length < this.mark.length && this.mark.startsWith(this.#held)) return '';
    return this.end();
  }

  end(): string {
    if (this.#decided) return '';
    this.#decided = true;
    const held = this.#held;
    return held.startsWith(this.mark) ? held.slice(this.mark.length) : held;
  }
}
