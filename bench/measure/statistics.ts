/** The value below which `share` of these sorted numbers lie (nearest rank); NaN of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(sorted.length * share));
  return sorted[rank - 1] ?? NaN;
}

/** The middle one; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
}

/** A middle and the extremes. */
export interface Spread {
  median: number;
  lowest: number;
  highest: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/**
 * What is divided by what, round by round: both sides of one round saw the same weather on the machine. Rounds that either
 * side missed (undefined) are left out.
 */
export function pairedRatios(
  values: readonly (number | undefined)[],
  bases: readonly (number | undefined)[],
): number[] {
  return values.flatMap((value, round) => {
    const base = bases[round];
    return value === undefined || base === undefined || !(base > 0) ? [] : [value / base];
  });
}
