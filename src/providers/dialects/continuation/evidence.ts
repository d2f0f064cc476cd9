import { isPattern, PatternBehind, periodsAtEnd, type Period } from './periods.js';
import { quoteOf } from './quote.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

const LONG = 24;
const LONG_AT_WORD = 12;
/** Repeated lines as long as the quotation: the next rows are rarely the same. */
const LONG_LINES = 32;
/** So many characters across a line end are a repetition wherever they start. */
const MANY_LINES = 48;
const INDENTATION = /\n[ \t]+$/;
/** Whoever repeats more than this repeats all. In UTF-16 units. */
const LONGEST = 1_024;

/** How far back words are looked for: more than any overlap that needs them. */
const TAIL = 512;
/** As many words as a model that repeats some repeats. */
const SOME_WORDS = 3;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

interface WordStarts {
  /** Where a word starts, in any script. */
  readonly words: ReadonlySet<number>;
  /** The same, and where anything starts after white space: some models take signs for words. */
  readonly boundaries: ReadonlySet<number>;
  /** Where the third last run of non-white space starts. */
  readonly thirdRun: number | undefined;
}

/** Weighs what a provider repeats that was asked in words to continue. */
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

  offsets(first: string, before: Before): number[] {
    const offsets = new Set([0, this.#quoteStart, this.#bareQuoteStart]);
    const from = Math.max(1, this.partial.length - LONGEST);
    for (let at = this.partial.indexOf(first, from); at !== -1; at = this.partial.indexOf(first, at + 1))
      offsets.add(at);
    return [...offsets].filter((offset) => this.of(offset, before) > EVIDENCE.none);
  }

  of(offset: number, before: Before, blankChanged = false): number {
    const repeated = this.partial.length - offset;
    const inPattern = isPattern(this.#periods, repeated);
    if (blankChanged && (inPattern || !(this.#isLong(offset, LONG) || this.#wordsFrom(offset) > 1)))
      return EVIDENCE.none;
    if (before.text !== '' && !before.reopens) return this.#behindSmall(offset, before);
    if (offset === this.#quoteStart) return EVIDENCE.quote;
    // White space alone is no evidence.
    if (offset >= this.#body.length) return EVIDENCE.none;
    if (inPattern) return EVIDENCE.pattern;
    const isPart = isPattern(this.#periods, repeated, 0);
    if (offset === this.#bareQuoteStart && !isPart && this.#isBareQuote()) return EVIDENCE.quote;
    if (offset === 0) return isPart ? EVIDENCE.wholePattern : EVIDENCE.whole;
    if (this.#starts.words.has(offset) && this.#wordsFrom(offset) === SOME_WORDS) return EVIDENCE.threeWords;
    if (before.reopens && this.#isLastLine(offset)) return EVIDENCE.lines;
    if (this.#isThreeRuns(offset)) return EVIDENCE.threeRuns;
    if (!isPart && this.#wordsFrom(offset) > 0 && this.#areLines(offset, MANY_LINES)) return EVIDENCE.lines;
    return this.#isTooLongForChance(offset) ? EVIDENCE.length : EVIDENCE.none;
  }

  mayBeRows(offset: number, before: Before): boolean {
    if (before.text !== '') return !before.reopens;
    const evidence = this.of(offset, before);
    return (evidence === EVIDENCE.length || evidence === EVIDENCE.lines) && this.#isBehindSame(offset);
  }

  /** Of two lengths with the same evidence the longer, but within a pattern the shorter: it takes off nothing new. */
  better(one: number, other: number): number {
    const longer = Math.max(one, other);
    const shorter = Math.min(one, other);
    return isPattern(this.#periods, longer, longer - shorter) ? shorter : longer;
  }

  /** After something small only the quotation, the whole text, lines and long repetitions count. */
  #behindSmall(offset: number, { text }: Before): number {
    const evidence = this.#afterSmall(offset, text);
    return evidence > EVIDENCE.none && this.#patternBehind(text).goesOnFrom(offset) ? EVIDENCE.none : evidence;
  }

  #afterSmall(offset: number, before: string): number {
    // In a text this short, the first part may come again, one step further indented.
    if (offset === 0 && this.#quoteStart === 0 && INDENTATION.test(before)) return EVIDENCE.none;
    if (offset === this.#quoteStart) return EVIDENCE.quote;
    if (offset === this.#bareQuoteStart && this.#isBareQuote()) return EVIDENCE.quote;
    if (offset === 0) return EVIDENCE.whole;
    if (this.#wordsFrom(offset) === 0) return EVIDENCE.none;
    const areLines = this.#beginsLine(offset) && this.#areLines(offset);
    return areLines || this.#isLongBehind(offset, before) ? EVIDENCE.length : EVIDENCE.none;
  }

  /** Long enough, and not what would follow the small thing in the next row of a table. */
  #isLongBehind(offset: number, before: string): boolean {
    const isBegun = this.partial.charAt(offset).trim() !== '' && this.partial.charAt(offset - 1) !== before.at(-1);
    return isBegun && this.#starts.boundaries.has(offset) && this.#isLong(offset, LONG);
  }

  #patternBehind(before: string): PatternBehind {
    if (this.#behind?.before !== before) this.#behind = { before, pattern: new PatternBehind(this.partial, before) };
    return this.#behind.pattern;
  }

  /** The quotation counts without the white space that it starts with. */
  #isBareQuote(): boolean {
    const offset = this.#bareQuoteStart;
    return this.#isLong(offset, LONG) || (this.#quoteStart === 0 && this.#wordsFrom(offset) > 0);
  }

  #isLastLine(offset: number): boolean {
    return offset > 0 && offset === this.partial.lastIndexOf('\n') + 1;
  }

  #isThreeRuns(offset: number): boolean {
    return offset === this.#starts.thirdRun && this.#holdsSome(offset) && !this.#mayBeNextRow(offset);
  }

  /** It starts as many words into its line as the text ends in its own line. */
  #mayBeNextRow(offset: number): boolean {
    const runsBefore = (at: number) => this.partial.slice(this.partial.lastIndexOf('\n', at - 1) + 1, at).match(/\S+/g);
    const onOtherLine = this.partial.includes('\n', offset);
    return (
      onOtherLine &&
      this.#isBehindSame(offset) &&
      runsBefore(offset)?.length === runsBefore(this.partial.length)?.length
    );
  }

  #isTooLongForChance(offset: number): boolean {
    // Signs alone, as those of a ruler, prove nothing.
    if (this.#wordsFrom(offset) === 0) return false;
    if (this.#areLines(offset)) return true;
    if (this.#isBehindSame(offset)) return false;
    // No model starts a repetition with white space, unless with a whole line; the next words of an answer often do.
    if (this.partial.charAt(offset).trim() === '') return this.#beginsLine(offset) && this.#isLong(offset, LONG);
    return this.#isLong(offset, LONG) || (this.#starts.boundaries.has(offset) && this.#holdsSome(offset));
  }

  /** More than one line, or a paragraph. */
  #areLines(offset: number, characters = LONG_LINES): boolean {
    const blank = /^\s*/.exec(this.partial.slice(offset, offset + LONGEST))![0];
    if (blank !== '' && characters < MANY_LINES && !this.#beginsLine(offset)) return false;
    const goesOn = this.#body.indexOf('\n', offset + blank.length) !== -1;
    const isMore = goesOn || /\n\s*\n$/.test(this.partial.slice(this.#body.length));
    return isMore && this.#isLong(offset, characters);
  }

  /** A line that is not blank starts there. */
  #beginsLine(offset: number): boolean {
    return this.partial.charAt(offset) !== '\n' && (offset === 0 || this.partial.charAt(offset - 1) === '\n');
  }

  /** After the same character it may well be new: the next row of a table, the next line of code. */
  #isBehindSame(offset: number): boolean {
    return this.partial[offset - 1] === this.partial.at(-1);
  }

  #holdsSome(offset: number): boolean {
    const words = this.#wordsFrom(offset);
    return words > 1 || (words === 1 && this.#isLong(offset, LONG_AT_WORD));
  }

  /** Whether so many characters stand from `offset` on, not counting white space at the end. */
  #isLong(offset: number, characters: number): boolean {
    return [...this.#body.slice(offset, offset + 2 * characters)].length >= characters;
  }

  #wordsFrom(offset: number): number {
    if (offset < this.partial.length - TAIL) return Infinity;
    const earlier = this.#words.findIndex((start) => start < offset);
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
