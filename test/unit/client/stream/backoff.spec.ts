import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../../../client/src/stream/backoff.js';

describe('backoffMs', () => {
  it('doubles from one try to the next up to a limit, and never by the clock of all others', () => {
    const longest = Array.from({ length: 10 }, (_, attempt) => backoffMs(attempt, () => 1));
    expect(longest).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000, 15_000, 15_000]);
    expect(backoffMs(3, () => 0)).toBe(1600);
  });
});
