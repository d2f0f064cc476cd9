import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { FrameTicker, type FrameWaiter } from '../../../../src/providers/upstream/frame-ticker.js';

const CROWD = 200;

/** Schedules `count` waiters; resolves when all have been woken, with how many were each time that other work had a turn. */
async function frameOf(count: number): Promise<number[]> {
  const frames = new FrameTicker();
  let woken = 0;
  const waiter: FrameWaiter = {
    frameEnded: () => {
      woken++;
    },
    cut: unexpected,
  };
  for (let n = 0; n < count; n++) frames.schedule(waiter);
  const seen: number[] = [];
  while (woken < count) {
    await immediate();
    if (woken > 0) seen.push(woken);
  }
  return seen;
}

describe('a frame', () => {
  it('wakes everyone who waits for it, once', async () => {
    expect((await frameOf(CROWD)).at(-1)).toBe(CROWD);
  });

  it('lets other work run between batches', async () => {
    const seen = await frameOf(CROWD);
    const steps = seen.map((woken, index) => woken - (seen[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(CROWD / 4);
  });

  it('wakes whoever asks while it ends at its next end', async () => {
    const frames = new FrameTicker();
    const { promise, resolve } = Promise.withResolvers<void>();
    const again: FrameWaiter = { frameEnded: resolve, cut: unexpected };
    frames.schedule({ frameEnded: () => frames.schedule(again), cut: unexpected });
    await expect(promise).resolves.toBeUndefined();
  });

  it('wakes all others where one throws, and gives that one its fault', async () => {
    const frames = new FrameTicker();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const fault = new TypeError('of undefined');
    const woken: string[] = [];
    frames.schedule({ frameEnded: () => woken.push('before'), cut: unexpected });
    frames.schedule({
      frameEnded: () => {
        throw fault;
      },
      cut: resolve,
    });
    frames.schedule({ frameEnded: () => woken.push('after'), cut: unexpected });
    expect(await promise).toBe(fault);
    await immediate();
    expect(woken).toEqual(['before', 'after']);
  });
});

function unexpected(fault: unknown): never {
  throw new Error('nothing was at fault', { cause: fault });
}
