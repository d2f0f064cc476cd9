import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const MAX_KEYS = 100_000;

/** A key's use of its window. */
export interface Consumption {
  hits: number;
  /** Milliseconds until the window ends; at least 1. */
  msLeft: number;
}

/**
 * Counts hits per key in fixed windows. A window opens with the key's first hit and ends `windowMs` later, so that the
 * time until the next try is known exactly. Counting takes no turn of the event loop, so parallel requests are counted
 * exactly. At most {@link MAX_KEYS} keys are kept; beyond that the oldest window is dropped, which is the next to end.
 */
export class WindowCounter {
  readonly #limiter: RateLimiterMemory;
  /** The end of each key's window in monotonic milliseconds; oldest window first. */
  readonly #ends = new Map<string, number>();

  constructor(
    private readonly windowMs: number,
    private readonly maxKeys = MAX_KEYS,
  ) {
    const points = Number.MAX_SAFE_INTEGER;
    this.#limiter = new RateLimiterMemory({ points, duration: windowMs / 1000, keyPrefix: '' });
  }

  async add(key: string): Promise<Consumption> {
    const result = await this.#limiter.consume(key);
    if (result.isFirstInDuration) await this.#remember(key);
    return this.#consumption(result);
  }

  /** Takes one hit back, in the window in which it was counted. */
  async giveBack(key: string): Promise<void> {
    const result = await this.#limiter.get(key);
    if (result && result.consumedPoints > 0) await this.#limiter.reward(key);
  }

  /** The number of keys in memory. */
  get size(): number {
    return this.#ends.size;
  }

  async #remember(key: string): Promise<void> {
    const now = performance.now();
    this.#ends.delete(key);
    this.#ends.set(key, now + this.windowMs);
    for (const [oldest, end] of this.#ends) {
      if (end > now && this.#ends.size <= this.maxKeys) break;
      this.#ends.delete(oldest);
      if (end > now) await this.#limiter.delete(oldest);
    }
  }

  /** The limiter reads the wall clock: after a step back a window must not seem longer than it is. */
  #consumption({ consumedPoints, msBeforeNext }: RateLimiterRes): Consumption {
    return { hits: consumedPoints, msLeft: Math.min(Math.max(Math.ceil(msBeforeNext), 1), this.windowMs) };
  }
}
