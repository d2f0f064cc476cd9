import { isPattern, PatternBehind, periodsAtEnd, type Period } from './periods.js';
import { quoteOf } from './quote.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

const LONG = 24;
const LONG_AT_WORD = 12;
/** Lines that come back together, as long as the quotation: the next rows are rarely the same. */
const LONG_LINES = 32;
/** So much over a line end is a repetition wherever it begins. */
const MANY_LINES = 48;
const INDENTATION = /\n[ \t]+$/;
/** What repeats more than this repeats all. In UTF-16 units. */
const LONGEST = 1_024;

/** Words are looked for this far back; more than any overlap that needs them. */
const TAIL = 512;
/** As many words as a model that repeats some repeats. */
const SOME_WORDS = 3;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

interface WordStarts {
  /** Where a word begins, in any script. */
  readonly words: ReadonlySet<number>;
  /** The same, and where anything begins behind white space: some take that for words, signs alone too. */
  readonly boundaries: ReadonlySet<number>;
  /** Where the last three of what white space parts begin. */
  readonly thirdRun: number | undefined;
}

/** Weighs what a provider repeats that was asked in words to go on. */
export class Evidence implements Weighing {
  readonly #body: string;
  readonly #quoteStart: number;
  readonly #bareQuoteStart: number;
  readonly #periods: readonly Period[];
  readonly #starts: WordStarts;
  /** The words, last first. */
  readonly #words: readonly number[];
  #behind: { before: string; pattern: PatternBehind } | undefined;

  constructor(private readonly partial: string) {
    this.#body = partial.trimEnd();
    const quote = quoteOf(partial);
    this.#quoteStart = partial.length - quote.length;
    this.#bareQuoteStart = partial.length - quote.trimStart().length;
    this.#periods = periodsAtEnd(partial);
    this.#starts = wordStarts(partial);
    this.#words = [...this.#starts.words].reverse();
  }

  places(first: string, before: Before): number[] {
    const places = new Set([0, this.#quoteStart, this.#bareQuoteStart]);
    const from = Math.max(1, this.partial.length - LONGEST);
    for (let at = this.partial.indexOf(first, from); at !== -1; at = this.partial.indexOf(first, at + 1))
      places.add(at);
    return [...places].filter((place) => this.of(place, before) > EVIDENCE.none);
  }

  of(place: number, before: Before, blankChanged = false): number {
    const repeated = this.partial.length - place;
    const inPattern = isPattern(this.#periods, repeated);
    if (blankChanged && (inPattern || !(this.#isLong(place, LONG) || this.#wordsFrom(place) > 1))) return EVIDENCE.none;
    if (before.text !== '' && !before.reopens) return this.#behindSmall(place, before);
    if (place === this.#quoteStart) return EVIDENCE.quote;
    // White space alone speaks neither for a repetition nor against one.
    if (place >= this.#body.length) return EVIDENCE.none;
    if (inPattern) return EVIDENCE.pattern;
    const isPart = isPattern(this.#periods, repeated, 0);
    if (place === this.#bareQuoteStart && !isPart && this.#isBareQuote()) return EVIDENCE.quote;
    if (place === 0) return isPart ? EVIDENCE.wholePattern : EVIDENCE.whole;
    if (this.#starts.words.has(place) && this.#wordsFrom(place) === SOME_WORDS) return EVIDENCE.threeWords;
    if (before.reopens && this.#isLastLine(place)) return EVIDENCE.lines;
    if (this.#isThreeRuns(place)) return EVIDENCE.threeRuns;
    if (!isPart && this.#wordsFrom(place) > 0 && this.#areLines(place, MANY_LINES)) return EVIDENCE.lines;
    return this.#isTooLongForChance(place) ? EVIDENCE.length : EVIDENCE.none;
  }

  mayBeRows(place: number, before: Before): boolean {
    if (before.text !== '') return !before.reopens;
    const evidence = this.of(place, before);
    return (evidence === EVIDENCE.length || evidence === EVIDENCE.lines) && this.#isBehindSame(place);
  }

  /** Of two lengths with the same evidence the longer, but within a pattern the shorter: it takes off nothing new. */
  better(one: number, other: number): number {
    const longer = Math.max(one, other);
    const shorter = Math.min(one, other);
    return isPattern(this.#periods, longer, longer - shorter) ? shorter : longer;
  }

  /** Behind something small only what was asked for counts, the whole text, lines, and what is long. */
  #behindSmall(place: number, { text }: Before): number {
    const evidence = this.#afterSmall(place, text);
    return evidence > EVIDENCE.none && this.#patternBehind(text).goesOnFrom(place) ? EVIDENCE.none : evidence;
  }

  #afterSmall(place: number, before: string): number {
    // Of a text this short, it may be the first part that comes again, one step further in.
    if (place === 0 && this.#quoteStart === 0 && INDENTATION.test(before)) return EVIDENCE.none;
    if (place === this.#quoteStart) return EVIDENCE.quote;
    if (place === this.#bareQuoteStart && this.#isBareQuote()) return EVIDENCE.quote;
    if (place === 0) return EVIDENCE.whole;
    if (this.#wordsFrom(place) === 0) return EVIDENCE.none;
    const areLines = this.#beginsLine(place) && this.#areLines(place);
    return areLines || this.#isLongBehind(place, before) ? EVIDENCE.length : EVIDENCE.none;
  }

  /** Long enough, and not what would follow the small thing in the next row. */
  #isLongBehind(place: number, before: string): boolean {
    const isBegun = this.partial.charAt(place).trim() !== '' && this.partial.charAt(place - 1) !== before.at(-1);
    return isBegun && this.#starts.boundaries.has(place) && this.#isLong(place, LONG);
  }

  #patternBehind(before: string): PatternBehind {
    if (this.#behind?.before !== before) this.#behind = { before, pattern: new PatternBehind(this.partial, before) };
    return this.#behind.pattern;
  }

  /** Without the white space that it begins with, the quotation is still one. */
  #isBareQuote(): boolean {
    const place = this.#bareQuoteStart;
    return this.#isLong(place, LONG) || (this.#quoteStart === 0 && this.#wordsFrom(place) > 0);
  }

  #isLastLine(place: number): boolean {
    return place > 0 && place === this.partial.lastIndexOf('\n') + 1;
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
    if (this.#areLines(place)) return true;
    if (this.#isBehindSame(place)) return false;
    // No model begins a repetition with white space, unless with a whole line; the next words of an answer often do.
    if (this.partial.charAt(place).trim() === '') return this.#beginsLine(place) && this.#isLong(place, LONG);
    return this.#isLong(place, LONG) || (this.#starts.boundaries.has(place) && this.#holdsSome(place));
  }

  /** More than one line, or a paragraph. */
  #areLines(place: number, characters = LONG_LINES): boolean {
    const blank = /^\s*/.exec(this.partial.slice(place, place + LONGEST))![0];
    if (blank !== '' && characters < MANY_LINES && !this.#beginsLine(place)) return false;
    const goesOn = this.#body.indexOf('\n', place + blank.length) !== -1;
    const isMore = goesOn || /\n\s*\n$/.test(this.partial.slice(this.#body.length));
    return isMore && this.#isLong(place, characters);
  }

  /** A line that is not blank begins there. */
  #beginsLine(place: number): boolean {
    return this.partial.charAt(place) !== '\n' && (place === 0 || this.partial.charAt(place - 1) === '\n');
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
    const earlier = this.#words.findIndex((start) => start < place);
    return earlier === -1 ? this.#words.length : earlier;
  }
}

/** The words of a text's last part, as offsets into `text`. */
function wordStarts(text: string): WordStarts {
  const from = Math.max(0, text.length - TAIL);
  const tail = text.slice(from);
  const words = new Set<number>();
  for (const { index, isWordLike } of segmenter.segment(tail)) if (isWordLike === true) words.add(from + index);
  const runs = [...tail.matchAll(/\S+/gu)].map(({ index }) => from + index);
  return { words, boundaries: new Set([...words, ...runs]), thirdRun: runs.at(-SOME_WORDS) };
}
