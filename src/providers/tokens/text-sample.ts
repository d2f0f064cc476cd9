import { textRuns } from './text-runs.js';

/** Longer texts are counted by sample: even difficult ones of this length take the tokenizer some 100 ms. */
const SAMPLE_UNITS = 65_536;
const WINDOW_UNITS = 2_048;

/** What of a text is counted, and how many times its tokens the whole text has. */
export interface TextSample {
  readonly runs: readonly string[];
  /** UTF-16 units of the runs together. */
  readonly units: number;
  readonly scale: number;
}

/** A short text as a whole; windows at equal distances of a long one. */
export function sampleOf(text: string): TextSample {
  if (text.length <= SAMPLE_UNITS) return { runs: textRuns(text), units: text.length, scale: 1 };
  const windows = SAMPLE_UNITS / WINDOW_UNITS;
  const step = text.length / windows;
  const runs = Array.from({ length: windows }, (_, n) => {
    const from = Math.floor(n * step);
    // A surrogate pair that is cut is one token more at most.
    return textRuns(text.slice(from, from + WINDOW_UNITS).toWellFormed());
  }).flat();
  return { runs, units: SAMPLE_UNITS, scale: text.length / SAMPLE_UNITS };
}
