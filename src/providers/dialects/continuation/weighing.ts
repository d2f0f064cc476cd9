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
  /** Many characters over a line end: no pattern of a few characters speaks against that. */
  lines: 3,
  /** The answer starts over, and is nothing but a pattern so far. */
  wholePattern: 4,
  /** Three words to whom white space parts words, so that `=`, `|` and emoji are some. */
  threeRuns: 5,
  threeWords: 6,
  /** The answer starts over. */
  whole: 7,
  /** What was asked for. */
  quote: 8,
} as const;

/** What stands before a repetition. */
export interface Before {
  readonly text: string;
  /** It opens the code block again that the text ends in: a line begins behind it, and nothing else can. */
  readonly reopens: boolean;
}

/** Weighs repetitions of a text's end. Each is given by its place: the offset in the text at which it begins. */
export interface Weighing {
  /** The places that a continuation may repeat from, whose text behind `before` begins with `first`. */
  places(first: string, before: Before): number[];
  /** @param blankChanged the white space at its end comes back otherwise */
  of(place: number, before: Before, blankChanged: boolean): number;
  /** What is repeated may be the next rows as well: so it is if it comes twice. */
  mayBeRows(place: number, before: Before): boolean;
  /** Of two repetitions for which the same speaks, the lengths of both in the continuation. */
  better(one: number, other: number): number;
}
