import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { ProblemException } from '../http/problem.exception.js';
import type { DoneEvent, RateLimitedErrorEvent, RateLimitedEvent } from '../wire/answer-event.js';
import { retryAfterSeconds } from '../wire/problem.js';

/** Over a rate limit: the user's own, or that of the client address. After `retryAfterMs` the same request is taken. */
export class RateLimitedException extends ProblemException {
  constructor(
    readonly retryAfterMs: number,
    whose: 'user' | 'address',
  ) {
    super({ status: 429, code: 'rate_limited', detail: `Too many requests of this ${whose}.`, retryAfterMs });
  }
}

/** For routes that answer with events: the 429 is three of them. */
@Catch(RateLimitedException)
export class RateLimitedEventsFilter implements ExceptionFilter<RateLimitedException> {
  /** There is no answer, so its id is empty; the cursors count the events and no text. */
  catch({ retryAfterMs, message }: RateLimitedException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const limited: RateLimitedEvent = { type: 'rate_limited', retry_after_ms: retryAfterMs };
    const error: RateLimitedErrorEvent = {
      type: 'error',
      message,
      code: 'rate_limited',
      class: 'retryable',
      retryable: true,
      retry_after_ms: retryAfterMs,
    };
    const done: DoneEvent = { type: 'done', finish_reason: 'error', message_id: '' };
    response.statusCode = 429;
    response.errorCode = 'rate_limited';
    response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
    response.setHeader('Content-Type', 'text/event-stream');
    const events = [limited, error, done].map((event, n) => `id: 0.0.${n + 1}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end(events.join(''));
  }
}
