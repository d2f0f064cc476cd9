const LONGEST = 64;

/** How many edits may lie between a known name of this length and what somebody wrote instead. */
export type Tolerance = (length: number) => number;

/** Among names of anybody. Short ones have neighbours that are names of other things: `HOME` is no misspelt `HOST`. */
export const AMONG_OTHERS: Tolerance = (length) => (length < 6 ? 0 : length < 9 ? 1 : 2);
/** Where all names were meant to be ours. */
export const AMONG_OURS: Tolerance = (length) => Math.max(1, Math.floor(length / 4));

/**
 * The one of `known` that `given` is most likely a slip of the pen for; undefined where none is near enough. Slips begin
 * with the right letter: `PGCONNECT_TIMEOUT` is somebody else's.
 */
export function nearName(given: string, known: Iterable<string>, tolerance: Tolerance): string | undefined {
  if (given.length > LONGEST) return undefined;
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of known) {
    const allowed = tolerance(candidate.length);
    if (candidate[0] !== given[0] || Math.abs(candidate.length - given.length) > allowed) continue;
    const edits = editsBetween(given, candidate);
    if (edits <= allowed && edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** How many letters have to be put in, left out, changed, or swapped with their neighbour. */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
