import { OverlapRemoval } from './overlap.js';
import { PatternBehind } from './periods.js';
import { SkipPrefix } from './skip-prefix.js';
import type { TextFilter } from './text-filter.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

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

/** Weighs what a provider repeats that gives all of `prefix` back before it goes on, maybe without its first white space. */
class EchoWeighing implements Weighing {
  readonly #places: ReadonlySet<number>;

  constructor(private readonly prefix: string) {
    this.#places = new Set([0, prefix.length - prefix.trimStart().length]);
  }

  places(): number[] {
    return [...this.#places];
  }

  of(place: number, before: Before): number {
    if (!this.#places.has(place)) return EVIDENCE.none;
    if (before.text !== '' && new PatternBehind(this.prefix, before.text).goesOnFrom(place)) return EVIDENCE.none;
    return EVIDENCE.quote;
  }

  mayBeRows(_: number, before: Before): boolean {
    return before.text !== '';
  }

  better(one: number, other: number): number {
    return Math.max(one, other);
  }
}
