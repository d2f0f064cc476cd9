const LONGEST = 64;

/** How many edits a name may be away from a known name of this length. */
export type Tolerance = (length: number) => number;

/** For names of any program. Short names have neighbours with a meaning of their own: `HOME` is no misspelt `HOST`. */
export const AMONG_OTHERS: Tolerance = (length) => (length < 6 ? 0 : length < 9 ? 1 : 2);
/** For a place where all names are meant to be ours. */
export const AMONG_OURS: Tolerance = (length) => Math.max(1, Math.floor(length / 4));

/**
 * The known name nearest to `given`, as a typing error; undefined where none is near enough. The first letter must be
 * right: `PGCONNECT_TIMEOUT` belongs to another program.
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

/** The number of letters to insert, delete, change or swap with a neighbour. */
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
