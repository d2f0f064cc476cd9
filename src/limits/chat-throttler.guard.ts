import { isIP } from 'node:net';
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { Metrics, type Counter } from '../metrics/metrics.js';
import { RateLimitedException, type LimitScope } from './rate-limited.exception.js';
import { WindowStorage } from './window.storage.js';

/** Set in `response.locals` of a request that begins nothing new. */
export const NOT_RATE_LIMITED = 'notRateLimited';

/**
 * Limits chat requests per client address and per user. A request counts against both limits or against neither but
 * the one that refuses it: the address is asked first, so that who is refused by it can't use up another's `user_id`,
 * which anyone may claim; and the address gets its hit back when the user's limit refuses, so that one busy user does
 * not lock out the others behind the same address.
 */
@Injectable()
export class ChatThrottlerGuard extends ThrottlerGuard {
  readonly #storage: WindowStorage;
  readonly #refused: Readonly<Record<LimitScope, Counter>>;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: WindowStorage,
    reflector: Reflector,
    @Inject(Metrics) metrics: Metrics,
  ) {
    super(options, storage, reflector);
    this.#storage = storage;
    this.#refused = {
      user: metrics.counter('rondo_rate_limited_total', { scope: 'user' }),
      address: metrics.counter('rondo_rate_limited_total', { scope: 'address' }),
    };
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    const { locals } = context.switchToHttp().getResponse<Response<unknown, Record<string, unknown>>>();
    return Promise.resolve(locals[NOT_RATE_LIMITED] === true);
  }

  /** The client's address, a whole /64 of IPv6. `X-Forwarded-For` counts as far as `TRUST_PROXY` goes, and only if it is one. */
  protected override getTracker(request: Request): Promise<string> {
    const ip = isIP(request.ip ?? '') === 0 ? (request.socket.remoteAddress ?? 'unknown') : request.ip;
    return super.getTracker({ ip });
  }

  /** Both chat endpoints share one budget. */
  protected override generateKey(_context: ExecutionContext, tracker: string, throttlerName: string): string {
    return `${throttlerName}:${tracker}`;
  }

  protected override async throwThrottlingException(
    context: ExecutionContext,
    { key, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<never> {
    const scope: LimitScope = key.startsWith('user:') ? 'user' : 'address';
    if (scope === 'user') {
      const address = await this.getTracker(context.switchToHttp().getRequest<Request>());
      await this.#storage.giveBack(this.generateKey(context, address, 'address'), 'address');
    }
    this.#refused[scope].add();
    throw new RateLimitedException(Math.ceil(timeToBlockExpire * 1000), scope);
  }
}
