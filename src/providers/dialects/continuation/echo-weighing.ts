import { PatternBehind } from './periods.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

/** Weighs what a provider repeats that gives all of `prefix` back before it goes on, maybe without its first white space. */
export class EchoWeighing implements Weighing {
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
