/**
 * Measures up to five times until the result is below `limit`, and gives the best. For promises of time on a machine that
 * may be busy with other tests: what is really too slow is so every time.
 */
export async function fastest(limit: number, measure: () => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < 5 && best >= limit; i++) best = Math.min(best, await measure());
  return best;
}
