import { describe, expect, it } from '@jest/globals';
import type { RelayPart } from '../../../../src/providers/routing/relay-part.js';
import { notSlowerThan } from '../../../../src/providers/routing/throughput-guard.js';

/** One part of `chars` characters at each of `times` (ms); the clock stands where the last part came. */
function drip(chars: number, times: readonly number[]) {
  let now = 0;
  async function* parts(): AsyncGenerator<RelayPart[]> {
    for (const time of times) {
      now = time;
      yield await Promise.resolve([{ type: 'text', text: 'x'.repeat(chars) } as const]);
    }
  }
  return { parts: parts(), now: () => now };
}
const everySecond = (seconds: number) => Array.from({ length: seconds + 1 }, (_, index) => index * 1_000);

async function passed(tokensPerSecond: number, { parts, now }: ReturnType<typeof drip>): Promise<number> {
  let count = 0;
  for await (const some of notSlowerThan(tokensPerSecond, parts, () => false, now)) count += some.length;
  return count;
}

describe('notSlowerThan', () => {
  it('passes on a provider that keeps the pace', async () => {
    expect(await passed(5, drip(40, everySecond(60)))).toBe(61);
  });

  it('gives up a slow provider, but only after a whole window', async () => {
    const { parts, now } = drip(4, everySecond(60));
    let count = 0;
    const reading = (async () => {
      for await (const some of notSlowerThan(5, parts, () => false, now)) count += some.length;
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'timeout', code: 'provider_timeout' });
    expect(count).toBe(11);
  });

  it('gives up a provider that slows down later', async () => {
    const fastThenSlow = [
      ...Array.from({ length: 100 }, (_, index) => index * 100),
      ...everySecond(40).map((ms) => ms + 10_000),
    ];
    await expect(passed(5, drip(40, fastThenSlow.slice(0, 100)))).resolves.toBe(100);
    await expect(passed(15, drip(40, fastThenSlow))).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('does not fail a complete answer whose end comes late', async () => {
    const { parts, now } = drip(4, everySecond(60));
    expect((await Array.fromAsync(notSlowerThan(5, parts, () => now() >= 10_000, now))).length).toBe(61);
  });

  it('closes the provider it gives up', async () => {
    let closed = false;
    let now = 0;
    async function* slow(): AsyncGenerator<RelayPart[]> {
      try {
        for (;;) {
          now += 6_000;
          yield await Promise.resolve([{ type: 'text', text: 'x' } as const]);
        }
      } finally {
        closed = true;
      }
    }
    await expect(
      Array.fromAsync(
        notSlowerThan(
          5,
          slow(),
          () => false,
          () => now,
        ),
      ),
    ).rejects.toMatchObject({ kind: 'timeout' });
    expect(closed).toBe(true);
  });
});
