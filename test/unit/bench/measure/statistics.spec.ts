import { describe, expect, it } from '@jest/globals';
import { median, pairedRatios, percentile, spread } from '../../../../bench/measure/statistics.js';

describe('the median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 1], 9],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });

  it('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('of 1 to 100 at %d is %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('of one value is that value', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });
});

describe('paired ratios', () => {
  it('divide what was measured in the same round', () => {
    expect(pairedRatios([10, 30, 8], [5, 10, 8])).toEqual([2, 3, 1]);
  });

  it('leave out a round that either side missed', () => {
    expect(pairedRatios([10, undefined, 8], [5, 10, undefined])).toEqual([2]);
  });

  it('leave out a round in which the base is nothing', () => {
    expect(pairedRatios([10, 9], [0, 3])).toEqual([3]);
  });

  it('tell another story than the ratio of the medians where the machine changed between rounds', () => {
    // Twice as dear in each round; the second round was on a slower machine, the third was missed by the base.
    const ratios = pairedRatios([2, 20, 2], [1, 10, undefined]);
    expect(spread(ratios)).toEqual({ median: 2, lowest: 2, highest: 2 });
  });
});
