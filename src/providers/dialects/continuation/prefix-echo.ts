import { OverlapRemoval } from './overlap.js';
import { PatternBehind } from './periods.js';
import { SkipPrefix } from './skip-prefix.js';
import type { TextFilter } from './text-filter.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

/**
 * Removes the repetition of `prefix` that an answer starts with. An answer that starts otherwise passes whole: not every
 * model repeats it. `shownBlank` is white space that was shown after `prefix`.
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

/** Weighs what a provider repeats that returns all of `prefix` first, maybe without its leading white space. */
class EchoWeighing implements Weighing {
  readonly #offsets: ReadonlySet<number>;

  constructor(private readonly prefix: string) {
    this.#offsets = new Set([0, prefix.length - prefix.trimStart().length]);
  }

  offsets(): number[] {
    return [...this.#offsets];
  }

  of(offset: number, before: Before): number {
    if (!this.#offsets.has(offset)) return EVIDENCE.none;
    if (before.text !== '' && new PatternBehind(this.prefix, before.text).goesOnFrom(offset)) return EVIDENCE.none;
    return EVIDENCE.quote;
  }

  mayBeRows(_: number, before: Before): boolean {
    return before.text !== '';
  }

  better(one: number, other: number): number {
    return Math.max(one, other);
  }
}
