import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics, type Counter } from '../metrics/metrics.js';
import { RateLimitedException } from './rate-limited.js';
import { WindowCounter } from './window-counter.js';
import { ADDRESS, WindowStorage } from './window.storage.js';

/** Limits the questions of one user, counted once they are valid and there is room for their answers. */
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
   * Counts a question of an address that was counted before.
   * @throws RateLimitedException where the user has had as many as they may in the window
   */
  async count(userId: string, address: string): Promise<void> {
    const { hits, msLeft } = await this.#windows.add(userId);
    if (hits <= this.#most) return;
    await this.forgive(address);
    this.#refused.add();
    throw new RateLimitedException(msLeft, 'user');
  }

  /** Takes back that the user was counted: the question was refused after all. */
  async refund(userId: string): Promise<void> {
    await this.#windows.giveBack(userId);
  }

  /** Takes back that the address was counted: one busy user does not lock out the others behind it. */
  async forgive(address: string): Promise<void> {
    await this.addresses.giveBack(address, ADDRESS);
  }
}
