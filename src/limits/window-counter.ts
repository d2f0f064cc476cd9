import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const MAX_KEYS = 100_000;

/** What a key has used of its window. */
export interface Consumption {
  hits: number;
  /** Until the window ends, in milliseconds; at least 1. */
  msLeft: number;
}

/**
 * Counts hits per key in fixed windows: a window opens with a key's first hit and ends `windowMs` later, whatever comes
 * in between, so that the time until the next try is known exactly. Counting takes no turn of the event loop, which
 * makes it exact under parallel requests. At most {@link MAX_KEYS} keys are kept; past that the oldest window, the one
 * next to end, is forgotten.
 */
export class WindowCounter {
  readonly #limiter: RateLimiterMemory;
  /** Keys with the end of their window, in monotonic milliseconds; oldest window first. */
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

  /** Takes one hit back, within the window it was counted in. */
  async giveBack(key: string): Promise<void> {
    const result = await this.#limiter.get(key);
    if (result && result.consumedPoints > 0) await this.#limiter.reward(key);
  }

  /** Keys that are held in memory. */
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

  /** The limiter reads the wall clock: after a step back a window must not seem longer than it can be. */
  #consumption({ consumedPoints, msBeforeNext }: RateLimiterRes): Consumption {
    return { hits: consumedPoints, msLeft: Math.min(Math.max(Math.ceil(msBeforeNext), 1), this.windowMs) };
  }
}
