import { describe, expect, it } from '@jest/globals';
import { Patience, type Prospects } from '../../../../src/providers/routing/patience.js';

const ANYTIME: Prospects = { anytime: true, probing: false, retryMs: undefined };
const NOBODY: Prospects = { anytime: false, probing: false, retryMs: undefined };

/** A patience whose clock stands still but for its own pauses. */
function patient(limitMs: number) {
  let now = 0;
  const patience = new Patience(limitMs, () => now);
  const pauses = (begun: boolean, prospects: Prospects = ANYTIME): number[] => {
    const list: number[] = [];
    for (;;) {
      const pause = patience.pause(begun, true, prospects);
      if (pause === undefined) return list;
      list.push(pause);
      now += pause;
    }
  };
  return { patience, pauses, at: () => now };
}

describe('Patience', () => {
  it('waits with growing pauses until its end', () => {
    const { pauses, at } = patient(30_000);
    const list = pauses(true);
    expect(at()).toBe(30_000);
    [500, 1_000, 2_000, 4_000, 8_000].forEach((ms, n) => {
      expect(list[n]).toBeGreaterThanOrEqual(ms * 0.8);
      expect(list[n]).toBeLessThanOrEqual(ms * 1.2);
    });
    expect(list.length).toBeLessThanOrEqual(9);
  });

  it('waits for a third of the time before anything was shown, and never where there is no time', () => {
    const short = patient(30_000);
    short.pauses(false);
    expect(short.at()).toBe(10_000);
    expect(patient(0).pauses(true)).toEqual([]);
  });

  it('starts again where readers got something', () => {
    const { patience, pauses, at } = patient(3_000);
    pauses(true);
    patience.renew();
    expect(pauses(true)[0]).toBeLessThanOrEqual(600);
    expect(at()).toBe(6_000);
  });

  it('does not wait for anybody who cannot be asked in time', () => {
    expect(patient(3_000).pauses(true, NOBODY)).toEqual([]);
    expect(patient(3_000).patience.pause(true, true, { ...NOBODY, retryMs: 3_001 })).toBeUndefined();
  });

  it('checks again soon after the first rest is over, or while a probe runs', () => {
    const pause = (prospects: Prospects) => patient(30_000).patience.pause(true, true, prospects);
    expect(pause({ ...NOBODY, retryMs: 1_900 })).toBeGreaterThan(1_900);
    expect(pause({ ...NOBODY, retryMs: 1_900 })).toBeLessThan(2_300);
    expect(pause({ ...ANYTIME, retryMs: 100 })).toBeLessThan(450);
    expect(pause({ ...NOBODY, probing: true })).toBeLessThan(350);
  });

  it('does not let pauses grow while nobody could be asked', () => {
    const { patience } = patient(30_000);
    for (let n = 0; n < 5; n++) expect(patience.pause(true, false, ANYTIME)).toBeLessThan(350);
  });
});
