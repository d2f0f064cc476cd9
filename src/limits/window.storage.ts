import type { ThrottlerStorage } from '@nestjs/throttler';
import { WindowCounter } from './window-counter.js';

/** The throttler that counts client addresses. */
export const ADDRESS = 'address';

type Increment = ReturnType<ThrottlerStorage['increment']>;

/**
 * The throttler's storage in memory: one {@link WindowCounter} per named throttler, so that invented user ids never
 * push an address out. A key over its limit is refused until the window ends; refused hits do not make it longer.
 */
export class WindowStorage implements ThrottlerStorage {
  readonly #counters = new Map<string, WindowCounter>();

  /** Units are the throttler's: `ttl` in milliseconds, results in fractional seconds. */
  async increment(key: string, ttl: number, limit: number, _blockDuration: number, throttlerName: string): Increment {
    const { hits, msLeft } = await this.#counter(throttlerName, ttl).add(key);
    const secondsLeft = msLeft / 1000;
    const isBlocked = hits > limit;
    return {
      totalHits: hits,
      timeToExpire: secondsLeft,
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsLeft : 0,
    };
  }

  async giveBack(key: string, throttlerName: string): Promise<void> {
    await this.#counters.get(throttlerName)?.giveBack(key);
  }

  #counter(throttlerName: string, windowMs: number): WindowCounter {
    const known = this.#counters.get(throttlerName);
    if (known) return known;
    const counter = new WindowCounter(windowMs);
    this.#counters.set(throttlerName, counter);
    return counter;
  }
}
