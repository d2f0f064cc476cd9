import { EchoWeighing } from './echo-weighing.js';
import { OverlapRemoval } from './overlap.js';
import { SkipPrefix } from './skip-prefix.js';
import type { TextFilter } from './text-filter.js';

/**
 * Takes off the repetition of `prefix` that an answer begins with. An answer that turns out to begin otherwise passes
 * whole: not every model repeats it. `shownBlank` is white space that was shown after `prefix`.
 */
export class PrefixEcho implements TextFilter {
  readonly #echo: OverlapRemoval;
  readonly #behind: SkipPrefix;

  constructor(prefix: string, shownBlank: string) {
    this.#echo = new OverlapRemoval(prefix, new EchoWeighing(prefix));
    this.#behind = new SkipPrefix(shownBlank);
  }

  push(text: string): string {
    return this.#behind.push(this.#echo.push(text));
  }

  end(): string {
    return this.#behind.push(this.#echo.end());
  }
}
