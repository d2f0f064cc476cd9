import { describe, expect, it } from '@jest/globals';
import type { RoundResult } from '../../../../bench/measure/round.js';
import { doubtsOf, isSound } from '../../../../bench/measure/saturation.js';
import { load, round } from '../../../support/bench-results.js';

const busyUpstream = { ...round(1).upstream, utilization: 0.95 };
const lateUpstream = { ...round(1).upstream, lateP99Ms: 40 };

describe('a round in which', () => {
  it.each<[string, Partial<RoundResult>, boolean]>([
    ['upstream saturated', { upstream: busyUpstream }, false],
    ['load generator saturated', { load: load({ utilization: 0.95 }) }, false],
    ['upstream late', { upstream: lateUpstream }, true],
    ['target saturated', { cpuShare: 0.99 }, true],
    ['machine full', { idleShare: 0.01 }, true],
    ['noisy', { othersShare: 0.4 }, true],
  ])('%s is marked so', (doubt, changes, sound) => {
    const result = round(1, changes);
    expect(doubtsOf(result)).toEqual([doubt]);
    expect(isSound(result)).toBe(sound);
  });

  it('nothing was at its limit is not marked', () => {
    expect(doubtsOf(round(1))).toEqual([]);
  });
});
