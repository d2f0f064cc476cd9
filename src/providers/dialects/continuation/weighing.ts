/**
 * Evidence for one reading of how a continuation starts, weakest first. All but `pattern` mean that it repeats the end of
 * the text before it. Decision record 0007 has the reasons.
 */
export const EVIDENCE = {
  none: 0,
  /** Too long to be chance. */
  length: 1,
  /** The text continues the pattern that it ends in: nothing is repeated. */
  pattern: 2,
  /** Many characters across a line end: a pattern of a few characters is no evidence against that. */
  lines: 3,
  /** The answer starts over, and is nothing but a pattern so far. */
  wholePattern: 4,
  /** Three words, as white space separates them: `=`, `|` and emoji are words, too. */
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
  /** It opens again the code block that the text ends in: only a line can start after it. */
  readonly reopens: boolean;
}

/** Weighs repetitions of a text's end. Each is named by the offset in the text at which it starts. */
export interface Weighing {
  /** The offsets from which a continuation may repeat, if its text after `before` starts with `first`. */
  offsets(first: string, before: Before): number[];
  /** @param blankChanged the white space at its end came back changed */
  of(offset: number, before: Before, blankChanged: boolean): number;
  /** What is repeated may also be the next rows: it is if it comes twice. */
  mayBeRows(offset: number, before: Before): boolean;
  /** Chooses between two repetitions with the same evidence, by their lengths in the continuation. */
  better(one: number, other: number): number;
}
