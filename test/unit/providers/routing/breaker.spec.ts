import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Breaker } from '../../../../src/providers/routing/breaker.js';

const SECOND = 1_000;

/** Opens it by three failures in a row, `times` over; gives the cool-downs in seconds. */
function openings(times: number): number[] {
  const breaker = new Breaker();
  breaker.fail(0, false);
  breaker.fail(1, false);
  return Array.from({ length: times }, (_, n) => (breaker.fail(2 + n, n > 0) ?? 0) / SECOND);
}

describe('Breaker', () => {
  it('opens at the third failure in a row, not before', () => {
    const breaker = new Breaker();
    expect(breaker.fail(0, false)).toBeUndefined();
    expect(breaker.fail(1, false)).toBeUndefined();
    expect(breaker.fail(2, false)).toBeGreaterThan(0);
  });

  it('counts only failures in a row, whatever time passes between them', () => {
    const breaker = new Breaker();
    for (let at = 0; at < 100 * SECOND; at += 50 * SECOND) {
      expect(breaker.fail(at, false)).toBeUndefined();
      expect(breaker.fail(at + 1, false)).toBeUndefined();
      breaker.succeed(at + 2);
    }
    breaker.fail(200 * SECOND, false);
    breaker.fail(300 * SECOND, false);
    expect(breaker.fail(400 * SECOND, false)).toBeGreaterThan(0);
  });

  it('opens when half of at least ten outcomes of the last 30 s are failures', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 4; n++) {
      expect(breaker.fail(n * SECOND, false)).toBeUndefined();
      breaker.succeed(n * SECOND + 500);
    }
    breaker.succeed(4 * SECOND);
    expect(breaker.fail(5 * SECOND, false)).toBeGreaterThan(0);
  });

  it('forgets outcomes after 30 s', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 4; n++) {
      breaker.fail(n * SECOND, false);
      breaker.succeed(n * SECOND + 500);
    }
    breaker.succeed(4 * SECOND);
    expect(breaker.fail(34 * SECOND, false)).toBeUndefined();
  });

  it('cools twice as long each time it opens or stays open, from 1 s to 60 s, give or take a fifth', () => {
    const coolDowns = openings(10);
    [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].forEach((seconds, n) => {
      expect(coolDowns[n]).toBeGreaterThanOrEqual(seconds * 0.8);
      expect(coolDowns[n]).toBeLessThanOrEqual(seconds * 1.2);
    });
  });

  it('varies the cool-down, so that services do not return together', () => {
    expect(new Set(Array.from({ length: 20 }, () => openings(1)[0])).size).toBeGreaterThan(10);
  });

  it('starts again after it was closed', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 8; n++) breaker.fail(n, n > 2);
    breaker.close();
    expect(breaker.fail(10, false)).toBeUndefined();
    expect(breaker.fail(11, false)).toBeUndefined();
    expect(breaker.fail(12, false)).toBeLessThanOrEqual(1.2 * SECOND);
  });

  it('stays closed for a provider that fails less than every other time and never three times in a row', () => {
    const sound = fc.array(fc.constantFrom(['f', 's', 's'], ['f', 'f', 's', 's', 's'], ['s']), { maxLength: 100 });
    fc.assert(
      fc.property(sound, (groups) => {
        const breaker = new Breaker();
        // Ten successes first: of a window that begins in the middle of a group, half could be failures.
        for (let at = 0; at < 10; at++) breaker.succeed(at);
        groups.flat().forEach((outcome, index) => {
          if (outcome === 's') breaker.succeed(index + 10);
          else expect(breaker.fail(index + 10, false)).toBeUndefined();
        });
      }),
    );
  });
});
