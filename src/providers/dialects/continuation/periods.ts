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

/** As far back as is looked for a pattern that small things go on with. */
const TAIL = 4_096;

/** Tells whether something small and what is repeated behind it may be what comes next in a pattern. */
export class PatternBehind {
  readonly #end: string;
  readonly #periods: readonly Period[];

  /** @param before the small thing: with it `text` may have come to the end of a row that came before */
  constructor(
    private readonly text: string,
    private readonly before: string,
  ) {
    this.#end = text.slice(-TAIL) + before;
    this.#periods = periodsAtEnd(this.#end);
  }

  /** Whether what stands in the text from `place` on would come next there. */
  goesOnFrom(place: number): boolean {
    const step = this.before.length + this.text.length - place;
    return this.#periods.some(
      ({ length, reach }) => step % length === 0 && (step <= reach || reach === this.#end.length),
    );
  }
}
