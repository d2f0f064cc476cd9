import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics, type Counter } from '../metrics/metrics.js';
import { RateLimitedException } from './rate-limited.js';
import { WindowCounter } from './window-counter.js';
import { ADDRESS, WindowStorage } from './window.storage.js';

/** Limits the questions of a user. A question counts once it is valid and there is room for its answer. */
@Injectable()
export class UserLimit {
  readonly #windows: WindowCounter;
  readonly #most: number;
  readonly #refused: Counter;

  constructor(
    @Inject(APP_CONFIG) { limits }: AppConfig,
    @InjectThrottlerStorage() private readonly addresses: WindowStorage,
    metrics: Metrics,
  ) {
    this.#windows = new WindowCounter(limits.windowMs);
    this.#most = limits.perUser;
    this.#refused = metrics.counter('rondo_rate_limited_total', { scope: 'user' });
  }

  /**
   * Counts a question whose address was counted before.
   * @throws RateLimitedException where the user has used up the window
   */
  async count(userId: string, address: string): Promise<void> {
    const { hits, msLeft } = await this.#windows.add(userId);
    if (hits <= this.#most) return;
    await this.forgive(address);
    this.#refused.add();
    throw new RateLimitedException(msLeft, 'user');
  }

  /** Takes back a hit of the user: the question was refused after all. */
  async refund(userId: string): Promise<void> {
    await this.#windows.giveBack(userId);
  }

  /** Takes back a hit of the address: one busy user does not lock out others behind it. */
  async forgive(address: string): Promise<void> {
    await this.addresses.giveBack(address, ADDRESS);
  }
}
