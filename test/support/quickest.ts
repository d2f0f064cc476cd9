/**
 * The best of three tries, in ms: on a machine that is busy with other tests a try may be late through no fault of the
 * service. Ends early with one that is within `goodEnough`.
 */
export async function quickest(goodEnough: number, run: () => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let tries = 0; tries < 3 && best > goodEnough; tries++) best = Math.min(best, await run());
  return best;
}
