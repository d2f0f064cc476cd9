import { describe, expect, it } from '@jest/globals';
import { Pacer, type Paced } from '../../../../bench/upstream/pacer.js';

/** Acts `times` times, every `paceMs`, and keeps how long after it was due each act came. */
function paced(times: number, paceMs: number): { item: Paced; lateness: number[]; done: Promise<void> } {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const lateness: number[] = [];
  const item = {
    due: performance.now() + paceMs,
    act(now: number): boolean {
      lateness.push(now - item.due);
      item.due += paceMs;
      if (lateness.length < times) return true;
      resolve();
      return false;
    },
  };
  return { item, lateness, done };
}

describe('the pacer', () => {
  it('lets everything act as often as it wants, never before it is due', async () => {
    const pacer = new Pacer();
    const all = [paced(20, 3), paced(5, 7.5), paced(1, 0.2)];
    for (const { item } of all) pacer.add(item);
    await Promise.all(all.map(({ done }) => done));
    expect(all.map(({ lateness }) => lateness.length)).toEqual([20, 5, 1]);
    for (const { lateness } of all) expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  });

  it('can be used again after it had nothing to do', async () => {
    const pacer = new Pacer();
    for (const turn of [paced(2, 2), paced(2, 2)]) {
      pacer.add(turn.item);
      await turn.done;
    }
  });

  it('knows how late it was', async () => {
    const pacer = new Pacer();
    const { item, done } = paced(1, 1);
    pacer.add(item);
    const end = performance.now() + 50;
    while (performance.now() < end);
    await done;
    expect(pacer.takeLateP99()).toBeGreaterThanOrEqual(45);
    expect(pacer.takeLateP99()).toBe(0);
  });
});
