import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { noteErrorCode } from '../http/request-log.js';
import { routeTemplate } from '../http/route-template.js';
import { sendProblem } from '../http/send-problem.js';
import type { DoneEvent, RateLimitedErrorEvent, RateLimitedEvent } from '../wire/answer-event.js';
import { retryAfterSeconds } from '../wire/problem.js';
import { RateLimitedException, type LimitScope } from './rate-limited.exception.js';

const WHOSE: Readonly<Record<LimitScope, string>> = { user: 'this user', address: 'this address' };

/** Says "too many requests" in the language of the endpoint: three events to a stream's reader, else a problem. */
@Catch(RateLimitedException)
export class RateLimitedFilter implements ExceptionFilter<RateLimitedException> {
  catch({ retryAfterMs, scope }: RateLimitedException, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const detail = `Too many requests of ${WHOSE[scope]}.`;
    if (routeTemplate(request) === '/rr-chat/stream') {
      sendEvents(response, detail, retryAfterMs);
    } else {
      sendProblem(request, response, { status: 429, code: 'rate_limited', detail, retryAfterMs });
    }
  }
}

/** There is no answer, so its id is empty; the cursors count the events and no text. */
function sendEvents(response: Response, message: string, retryAfterMs: number): void {
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
  noteErrorCode(response, 'rate_limited');
  response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
  response.setHeader('Content-Type', 'text/event-stream');
  const events = [limited, error, done].map((event, n) => `id: 0.0.${n + 1}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end(events.join(''));
}
