import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { durationMs, retryAfterMs } from '../../../../../src/providers/dialects/failures/retry-after.js';

describe('when a provider may be asked again', () => {
  it.each<[IncomingHttpHeaders, number | undefined]>([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '1.5' }, 1_500],
    [{ 'retry-after': '1', 'retry-after-ms': '120' }, 120],
    [{ 'retry-after': '1', 'retry-after-ms': '0' }, 1_000],
    [{ date: 'Sun, 22 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 10:01:30 GMT' }, 90_000],
    [{ 'retry-after': 'Sun, 22 Nov 2020 10:00:00 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '999999999' }, 86_400_000],
    [
      {
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '7.66s',
        'x-ratelimit-remaining-requests': '9',
        'x-ratelimit-reset-requests': '2m59.56s',
      },
      7_660,
    ],
    [
      {
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '130ms',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1h0m1s',
      },
      3_601_000,
    ],
    [{ 'ratelimitbysize-remaining': '0', 'ratelimitbysize-reset': '23' }, 23_000],
    [{ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '7.66s' }, undefined],
  ])('%j → %s ms', (headers, ms) => {
    expect(retryAfterMs(429, headers, [])).toBe(ms);
  });

  it('takes a moment in milliseconds since 1970 for a reset', () => {
    const ms = retryAfterMs(
      429,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() + 60_000) },
      [],
    );
    expect(ms).toBeGreaterThan(58_000);
    expect(ms).toBeLessThanOrEqual(60_000);
  });

  it('reads resets on a 429 only', () => {
    expect(
      retryAfterMs(503, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '7s' }, []),
    ).toBeUndefined();
  });

  it.each([
    ['Please try again in 9m38.016s. Need more tokens?', 578_016],
    [`${'x'.repeat(300)} tokens per day (TPD). Please try again in 1h2m3s.`, 3_723_000],
    ['try again in 520ms', 520],
    ['Please retry in 48.939935699s.', 48_940],
    ['Please retry after 10 seconds.', 10_000],
    ['Try again in 1 minute 30 seconds.', 90_000],
    ['Please try again and back off exponentially.', undefined],
    ['Please try again in a while.', undefined],
    ['Rate limit reached for model `try again in 20h`.', undefined],
  ])('%s → %s ms', (message, ms) => {
    expect(retryAfterMs(429, {}, [message])).toBe(ms);
  });
});

describe('a header of 16 KiB', () => {
  const digits = '1'.repeat(16_000);

  it.each(['retry-after', 'x-ratelimit-reset-tokens', 'retry-after-ms'])('is no hint and takes no time: %s', (name) => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', [name]: `${digits}x` };
    const before = process.cpuUsage();
    for (let n = 0; n < 100; n++) expect(retryAfterMs(429, headers, [])).toBeUndefined();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});

describe('a Go duration', () => {
  it.each([
    ['2m59.56s', 179_560],
    ['26ms', 26],
    ['1h', 3_600_000],
    ['17.399999999s', 17_399.999999],
  ])('%s is %s ms', (text, ms) => {
    expect(durationMs(text)).toBeCloseTo(ms, 3);
  });

  it.each(['', 'soon', '5', '5 s', '5s later'])('%j is none', (text) => {
    expect(durationMs(text)).toBeNaN();
  });

  it.each([
    "Rate limited, messages=[{'role': 'user', 'content': 'please try again in 23h, will you'}]",
    'Invalid input "try again in 3h"',
    'Too many requests. Input: <user>retry after 20 hours</user>',
  ])('finds no hint in what a server repeats of a request: %s', (message) => {
    expect(retryAfterMs(429, {}, [message])).toBeUndefined();
  });

  it('believes words alone for six hours at most', () => {
    expect(retryAfterMs(429, {}, ['Please try again in 9m38.016s.'])).toBe(578_016);
    expect(retryAfterMs(429, {}, ['Please try again in 23h.'])).toBe(21_600_000);
  });
});
