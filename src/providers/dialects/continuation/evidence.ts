import { isPattern, periodsAtEnd, type Period } from './periods.js';
import { quoteOf } from './quote.js';
import { SOME_WORDS, TAIL, wordStarts, type WordStarts } from './word-starts.js';

const LONG = 24;
const LONG_AT_WORD = 12;

/**
 * What speaks for one reading of how a continuation begins, weakest first. Each says that the end of the text before is
 * repeated, but for `pattern`. Decision record 0007 has the reasons.
 */
export const EVIDENCE = {
  none: 0,
  /** It is too long to be chance. */
  length: 1,
  /** The text goes on in the pattern that it ends in: nothing is repeated. */
  pattern: 2,
  /** The answer starts over, and is nothing but a pattern so far. */
  wholePattern: 3,
  /** Three words to whom white space parts words, so that `=`, `|` and emoji are some. */
  threeRuns: 4,
  threeWords: 5,
  /** The answer starts over. */
  whole: 6,
  /** What was asked for. */
  quote: 7,
} as const;

/** Weighs repetitions of the end of `partial`, each given by the offset at which it begins. */
export class Evidence {
  readonly #body: string;
  readonly #quoteStart: number;
  readonly #periods: readonly Period[];
  readonly #starts: WordStarts;

  constructor(private readonly partial: string) {
    this.#body = partial.trimEnd();
    this.#quoteStart = partial.length - quoteOf(partial).length;
    this.#periods = periodsAtEnd(partial);
    this.#starts = wordStarts(partial);
  }

  /** @param blankChanged the white space at its end comes back otherwise: then more must be repeated than one word */
  of(place: number, blankChanged = false): number {
    const repeated = this.partial.length - place;
    const inPattern = isPattern(this.#periods, repeated);
    if (blankChanged && (inPattern || !(this.#isLong(place, LONG) || this.#wordsFrom(place) > 1))) return EVIDENCE.none;
    if (place === this.#quoteStart) return EVIDENCE.quote;
    if (inPattern) return EVIDENCE.pattern;
    if (place === 0) return isPattern(this.#periods, repeated, 0) ? EVIDENCE.wholePattern : EVIDENCE.whole;
    if (this.#starts.words.has(place) && this.#wordsFrom(place) === SOME_WORDS) return EVIDENCE.threeWords;
    if (this.#isThreeRuns(place)) return EVIDENCE.threeRuns;
    return this.#isTooLongForChance(place) ? EVIDENCE.length : EVIDENCE.none;
  }

  /** Of two lengths with the same evidence the longer, but within a pattern the shorter: it takes off nothing new. */
  better(one: number, other: number): number {
    const longer = Math.max(one, other);
    const shorter = Math.min(one, other);
    return isPattern(this.#periods, longer, longer - shorter) ? shorter : longer;
  }

  #isThreeRuns(place: number): boolean {
    return place === this.#starts.thirdRun && this.#holdsSome(place) && !this.#mayBeNextRow(place);
  }

  /** As far into its line as the text ends in its own. */
  #mayBeNextRow(place: number): boolean {
    const runsBefore = (at: number) => this.partial.slice(this.partial.lastIndexOf('\n', at - 1) + 1, at).match(/\S+/g);
    const onOtherLine = this.partial.includes('\n', place);
    return (
      onOtherLine && this.#isBehindSame(place) && runsBefore(place)?.length === runsBefore(this.partial.length)?.length
    );
  }

  #isTooLongForChance(place: number): boolean {
    // Signs alone, as those of a ruler, prove nothing.
    if (this.#wordsFrom(place) === 0) return false;
    if (this.#isBehindSame(place)) return false;
    // No model begins a repetition with white space; the next words of an answer often do.
    if (this.partial.charAt(place).trim() === '') return false;
    return this.#isLong(place, LONG) || (this.#starts.boundaries.has(place) && this.#holdsSome(place));
  }

  /** Behind the same character it may well be what comes there: the next row of a table, the next line of code. */
  #isBehindSame(place: number): boolean {
    return this.partial[place - 1] === this.partial.at(-1);
  }

  #holdsSome(place: number): boolean {
    const words = this.#wordsFrom(place);
    return words > 1 || (words === 1 && this.#isLong(place, LONG_AT_WORD));
  }

  /** Whether so many characters stand from `place` on, not counting white space at the end. */
  #isLong(place: number, characters: number): boolean {
    return [...this.#body.slice(place, place + 2 * characters)].length >= characters;
  }

  #wordsFrom(place: number): number {
    if (place < this.partial.length - TAIL) return Infinity;
    return [...this.#starts.words].filter((start) => start >= place).length;
  }
}
