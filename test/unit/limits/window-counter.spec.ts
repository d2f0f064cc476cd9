import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { WindowCounter } from '../../../src/limits/window-counter.js';

describe('a window counter', () => {
  afterEach(() => void jest.useRealTimers());

  it('counts hits of a key and tells how long its window still is', async () => {
    const counter = new WindowCounter(60_000);
    expect(await counter.add('a')).toEqual({ hits: 1, msLeft: 60_000 });
    const second = await counter.add('a');
    expect(second.hits).toBe(2);
    expect(second.msLeft).toBeGreaterThan(59_000);
  });

  it('takes a hit back, but never below none', async () => {
    const counter = new WindowCounter(60_000);
    await counter.giveBack('a');
    await counter.add('a');
    await counter.giveBack('a');
    await counter.giveBack('a');
    expect((await counter.add('a')).hits).toBe(1);
  });

  it('holds no more keys than it may, and forgets the oldest window first', async () => {
    const counter = new WindowCounter(60_000, 100);
    for (let i = 0; i < 1_000; i += 1) await counter.add(`key-${String(i)}`);
    expect(counter.size).toBe(100);
    expect((await counter.add('key-999')).hits).toBe(2);
    expect((await counter.add('key-0')).hits).toBe(1);
  });

  it('lets go of keys whose window is over', async () => {
    jest.useFakeTimers();
    const counter = new WindowCounter(60_000);
    for (let i = 0; i < 50; i += 1) await counter.add(`key-${String(i)}`);
    jest.advanceTimersByTime(59_999);
    await counter.add('in time');
    expect(counter.size).toBe(51);
    jest.advanceTimersByTime(1);
    await counter.add('later');
    expect(counter.size).toBe(2);
  });
});
