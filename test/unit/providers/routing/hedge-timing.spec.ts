import { describe, expect, it } from '@jest/globals';
import { HedgeTiming } from '../../../../src/providers/routing/hedge-timing.js';

describe('HedgeTiming', () => {
  it('hedges after the given time', () => {
    expect(new HedgeTiming(250).delayMs('a')).toBe(250);
  });

  it('hedges after the 95th percentile of the times to the first token, once it knows twenty', () => {
    const p95 = new HedgeTiming('p95');
    for (let ms = 1; ms < 20; ms++) p95.observe('a', ms);
    expect(p95.delayMs('a')).toBeUndefined();
    for (let ms = 20; ms <= 100; ms++) p95.observe('a', ms);
    expect(p95.delayMs('a')).toBe(96);
  });

  it('measures each provider by its own times', () => {
    const p95 = new HedgeTiming('p95');
    for (let n = 0; n < 20; n++) {
      p95.observe('fast', 100);
      p95.observe('slow', 5_000);
    }
    expect(['fast', 'slow', 'new'].map((name) => p95.delayMs(name))).toEqual([100, 5_000, undefined]);
  });

  it('hedges one in ten answers at most, however many are late', () => {
    const every = new HedgeTiming(1);
    let hedged = 0;
    for (let answer = 0; answer < 1_000; answer++) {
      every.delayMs('a');
      if (every.spend()) hedged++;
    }
    expect(hedged).toBeGreaterThan(90);
    expect(hedged).toBeLessThanOrEqual(101);
  });
});
