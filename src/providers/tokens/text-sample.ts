/** Without spaces, tokenizing time grows faster than a run's length; up to this length that does not matter. */
const MAX_RUN = 256;

/** Longer texts are counted by sample: even difficult ones of this length take the tokenizer some 100 ms. */
const SAMPLE_UNITS = 65_536;
const WINDOW_UNITS = 2_048;

/** The part of a text that is counted, and the factor from its tokens to those of the whole text. */
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

/**
 * `text` cut into runs of at most 256 UTF-16 units that join to it again, none of which splits a surrogate pair. Cuts
 * fall between a word and a space where possible: no token spans that point, so the runs' counts add up to the text's.
 */
export function textRuns(text: string): string[] {
  const runs: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = runEnd(text, start);
    runs.push(text.slice(start, end));
    start = end;
  }
  return runs;
}

function runEnd(text: string, start: number): number {
  const limit = start + MAX_RUN;
  if (limit >= text.length) return text.length;
  const length = lastWordEnd(text.slice(start, limit + 1));
  if (length > 0) return start + length;
  return splitsPair(text, limit) ? limit - 1 : limit;
}

/** Where the last word ends that a space follows; 0 where there is none. */
function lastWordEnd(text: string): number {
  let at = text.lastIndexOf(' ');
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at = text.lastIndexOf(' ', at - 1);
  return Math.max(at, 0);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
