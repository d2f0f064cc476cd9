import { HttpException } from '@nestjs/common';

/** Which limit refused: the user's own, or that of the client address. */
export type LimitScope = 'user' | 'address';

/** Over a rate limit; after `retryAfterMs` the same request is taken. */
export class RateLimitedException extends HttpException {
  override readonly name = 'RateLimitedException';

  constructor(
    readonly retryAfterMs: number,
    readonly scope: LimitScope,
  ) {
    super('Too many requests.', 429);
  }
}
