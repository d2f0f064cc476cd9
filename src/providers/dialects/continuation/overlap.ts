import { quoteOf } from './quote.js';
import type { TextFilter } from './text-filter.js';
import { wordStarts, type WordStarts } from './word-starts.js';

const LONG = 24;
const LONG_AT_WORD = 12;
/** As many words as a model that repeats some repeats at least. */
const SOME_WORDS = 3;

/**
 * Takes off what a continuation repeats of the end of `partial`. Only a repetition that can hardly be chance: of 24
 * characters, or all of the partial text, or from the beginning of a word on and with two words or 12 characters; else
 * nothing. The quotation that was asked for goes before any other length, else the longest repetition counts.
 *
 * Where `partial` ends in a pattern that repeats itself (rows of a table, "ha ha ha"), going on exactly looks like a
 * repetition. There one counts only from the beginning of a word on, and the shortest of three words before longer ones.
 *
 * White space at the very end of `partial` may come back changed: then the repetition must be of more than one word.
 *
 * Text is held back only while it still agrees with some place in `partial`.
 */
export class OverlapRemoval implements TextFilter {
  readonly #body: string;
  readonly #quoteStart: number;
  #starts: WordStarts | undefined;
  #held = '';
  /** Offsets in `partial` that all of `#held` agrees with, with more of `partial` to come. */
  #places: number[] | undefined;
  #repeated = 0;
  /** The repetition is the quotation: nothing longer is looked for. */
  #quoted = false;
  #decided = false;

  constructor(private readonly partial: string) {
    this.#body = partial.trimEnd();
    this.#quoteStart = partial.length - quoteOf(partial).length;
  }

  push(text: string): string {
    if (this.#decided || text === '') return text;
    const agreed = this.#held.length;
    this.#held += text;
    const places = this.#places ?? this.#placesOf(this.#held.charAt(0));
    this.#places = places.filter((place) => this.#goesOn(place, agreed));
    return this.#quoted || this.#places.length === 0 ? this.#release() : '';
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
    const places: number[] = [];
    for (let at = this.partial.indexOf(first); at !== -1; at = this.partial.indexOf(first, at + 1)) places.push(at);
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
    if (place + length < this.#body.length || !this.#counts(place, place + length < this.partial.length)) return;
    if (place === this.#quoteStart) {
      this.#repeated = length;
      this.#quoted = true;
    } else if (!this.#quoted) this.#repeated = this.#repeated === 0 ? length : this.#choose(this.#repeated, length);
  }

  /** Two lengths can only both agree where the text repeats itself. */
  #choose(one: number, other: number): number {
    const shorter = Math.min(one, other);
    const longer = Math.max(one, other);
    const whole = longer >= this.#body.length;
    return !whole && this.#wordsFrom(this.partial.length - shorter) >= SOME_WORDS ? shorter : longer;
  }

  #counts(place: number, blankChanged: boolean): boolean {
    if (place === 0) return this.#body !== '';
    const repeated = blankChanged ? this.#body.slice(place) : this.partial.slice(place);
    const characters = [...repeated].length;
    if (characters >= LONG && (place === this.#quoteStart || !repeatsItself(repeated))) return true;
    this.#starts ??= wordStarts(this.partial);
    if (!this.#starts.boundaries.has(place)) return false;
    if (characters >= LONG || (characters >= LONG_AT_WORD && !blankChanged)) return true;
    return this.#wordsFrom(place) >= 2;
  }

  #wordsFrom(place: number): number {
    this.#starts ??= wordStarts(this.partial);
    return [...this.#starts.words].filter((start) => start >= place).length;
  }
}

/** Whether the end of a text stands in it twice. */
function repeatsItself(text: string): boolean {
  return text.indexOf(text.slice(-LONG_AT_WORD)) < text.length - LONG_AT_WORD;
}
