import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { Request } from 'express';
import { addressOf } from '../http/client-address.js';
import { Metrics, type Counter } from '../metrics/metrics.js';
import { RateLimitedException } from './rate-limited.js';
import { WindowStorage } from './window.storage.js';

/**
 * Limits chat requests per client address, valid or not. It runs before the body is validated and so before {@link
 * UserLimit}: refused or invalid requests do not use up the limit of a `user_id`, which anyone may claim.
 */
@Injectable()
export class AddressLimitGuard extends ThrottlerGuard {
  readonly #refused: Counter;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: WindowStorage,
    reflector: Reflector,
    @Inject(Metrics) metrics: Metrics,
  ) {
    super(options, storage, reflector);
    this.#refused = metrics.counter('rondo_rate_limited_total', { scope: 'address' });
  }

  protected override getTracker(request: Request): Promise<string> {
    return Promise.resolve(addressOf(request));
  }

  /** All routes share one budget. */
  protected override generateKey(_context: ExecutionContext, address: string): string {
    return address;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<never> {
    this.#refused.add();
    return Promise.reject(new RateLimitedException(Math.ceil(timeToBlockExpire * 1000), 'address'));
  }
}
