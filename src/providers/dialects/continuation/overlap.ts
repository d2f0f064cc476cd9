import { Evidence, EVIDENCE } from './evidence.js';
import type { TextFilter } from './text-filter.js';

/** What repeats more than this repeats all. In UTF-16 units. */
const LONGEST = 1_024;

/**
 * Takes off what a continuation repeats of the end of `partial`: that for which there is the best {@link EVIDENCE} once
 * all of it has come. Text is held back only while it agrees with a place in `partial` that may be better evidence yet.
 */
export class OverlapRemoval implements TextFilter {
  readonly #body: string;
  readonly #evidence: Evidence;
  #held = '';
  /** Offsets in `partial` that all of `#held` agrees with, with more of `partial` to come. */
  #places: number[] | undefined;
  #repeated = 0;
  #best: number = EVIDENCE.none;
  #decided = false;

  constructor(private readonly partial: string) {
    this.#body = partial.trimEnd();
    this.#evidence = new Evidence(partial);
  }

  push(text: string): string {
    if (this.#decided || text === '') return text;
    const agreed = this.#held.length;
    this.#held += text;
    const places = this.#places ?? this.#placesOf(this.#held.charAt(0));
    this.#places = places.filter((place) => this.#goesOn(place, agreed));
    return this.#places.some((place) => this.#mayBeBetter(place)) ? '' : this.#release();
  }

  end(): string {
    if (this.#decided) return '';
    for (const place of this.#places ?? []) this.#agreement(place, this.#held.length);
    return this.#release();
  }

  #release(): string {
    this.#decided = true;
    const text = this.#held.slice(this.#repeated);
    this.#held = '';
    this.#places = [];
    return text;
  }

  #placesOf(first: string): number[] {
    const places = this.partial.startsWith(first) ? [0] : [];
    const from = Math.max(1, this.partial.length - LONGEST);
    for (let at = this.partial.indexOf(first, from); at !== -1; at = this.partial.indexOf(first, at + 1)) {
      if (this.#evidence.of(at) > EVIDENCE.none) places.push(at);
    }
    return places;
  }

  /** Whether `place` agrees with all of the held text and is not yet at the end of the partial one. */
  #goesOn(place: number, agreed: number): boolean {
    let length = agreed;
    const limit = Math.min(this.#held.length, this.partial.length - place);
    while (length < limit && this.partial[place + length] === this.#held[length]) length++;
    if (length === this.#held.length && place + length < this.partial.length) return true;
    this.#agreement(place, length);
    return false;
  }

  /** The held text agrees with `length` characters from `place` on, and no more. */
  #agreement(place: number, length: number): void {
    if (place + length < this.#body.length) return;
    const evidence = this.#evidence.of(place, place + length < this.partial.length);
    if (evidence === EVIDENCE.none || evidence < this.#best) return;
    const repeated = evidence === EVIDENCE.pattern ? 0 : length;
    this.#repeated = evidence > this.#best ? repeated : this.#evidence.better(this.#repeated, repeated);
    this.#best = evidence;
  }

  /** Going on in a pattern needs no evidence where nothing speaks against it. */
  #mayBeBetter(place: number): boolean {
    const evidence = this.#evidence.of(place);
    if (evidence === EVIDENCE.pattern && this.#best === EVIDENCE.none) return false;
    return evidence > this.#best || (evidence === this.#best && evidence === EVIDENCE.length);
  }
}
