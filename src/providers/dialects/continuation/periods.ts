/** What repeats itself less often than this is no pattern of rows or records. In UTF-16 units. */
const LONGEST = 512;

/** The end of a text is a pattern of this length, twice at least. In UTF-16 units. */
export interface Period {
  readonly length: number;
  /** How much of the end follows the pattern. */
  readonly reach: number;
}

/** The patterns that a text ends in, shortest first; one that is only another one several times is left out. */
export function periodsAtEnd(text: string): Period[] {
  const periods: Period[] = [];
  const longest = Math.min(LONGEST, Math.floor(text.length / 2));
  for (let length = 1; length <= longest; length++) {
    const twice = text.endsWith(text.slice(-length), text.length - length);
    if (twice && !isPattern(periods, 2 * length, length)) periods.push({ length, reach: reachOf(text, length) });
  }
  return periods;
}

/** Whether the last `reach` characters repeat themselves every `step`. */
export function isPattern(periods: readonly Period[], reach: number, step = reach): boolean {
  return periods.some((period) => reach <= period.reach && step % period.length === 0);
}

function reachOf(text: string, length: number): number {
  let at = text.length - length;
  while (at > 0 && text[at - 1] === text[at - 1 + length]) at--;
  return text.length - at;
}
