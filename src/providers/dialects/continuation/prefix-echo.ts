import { SkipPrefix } from './skip-prefix.js';
import type { TextFilter } from './text-filter.js';

/**
 * Takes off the repetition of `prefix` that an answer begins with. An answer that turns out to begin otherwise passes
 * whole: not every model repeats it. `shownBlank` is white space that was shown after `prefix`.
 */
export class PrefixEcho implements TextFilter {
  #held = '';
  #decided = false;
  readonly #behind: SkipPrefix;

  constructor(
    private readonly prefix: string,
    shownBlank: string,
  ) {
    this.#behind = new SkipPrefix(shownBlank);
  }

  push(text: string): string {
    if (this.#decided) return this.#behind.push(text);
    this.#held += text;
    if (this.#held.startsWith(this.prefix)) return this.#release(this.prefix.length);
    return this.prefix.startsWith(this.#held) ? '' : this.#release(0);
  }

  end(): string {
    return this.#decided ? '' : this.#release(0);
  }

  #release(from: number): string {
    this.#decided = true;
    const text = this.#held.slice(from);
    this.#held = '';
    return this.#behind.push(text);
  }
}
