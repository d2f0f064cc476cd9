/** A longer period is no pattern of rows or records. In UTF-16 units. */
const LONGEST = 512;

/** The end of a text repeats itself with this length, twice at least. In UTF-16 units. */
export interface Period {
  readonly length: number;
  /** How much of the end follows the pattern. */
  readonly reach: number;
}

/** The patterns that a text ends in, shortest first; multiples of another one are left out. */
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

/** How far back to look for a pattern that small things continue. */
const TAIL = 4_096;

/** Tells whether something small, and what is repeated after it, may come next in a pattern. */
export class PatternBehind {
  readonly #end: string;
  readonly #periods: readonly Period[];

  /** @param before the small thing: with it `text` may reach the end of an earlier row */
  constructor(
    private readonly text: string,
    private readonly before: string,
  ) {
    this.#end = text.slice(-TAIL) + before;
    this.#periods = periodsAtEnd(this.#end);
  }

  /** Whether the text from `offset` on would come next. */
  goesOnFrom(offset: number): boolean {
    const step = this.before.length + this.text.length - offset;
    return this.#periods.some(
      ({ length, reach }) => step % length === 0 && (step <= reach || reach === this.#end.length),
    );
  }
}
