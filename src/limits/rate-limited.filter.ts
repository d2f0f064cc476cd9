import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { noteErrorCode } from '../http/request-log.js';
import { routeTemplate } from '../http/route-template.js';
import { sendProblem } from '../http/send-problem.js';
import type { DoneEvent, RateLimitedEvent } from '../wire/answer-event.js';
import { retryAfterSeconds } from '../wire/problem.js';
import { RateLimitedException, type LimitScope } from './rate-limited.exception.js';

const WHOSE: Readonly<Record<LimitScope, string>> = { user: 'this user', address: 'this address' };

/** Says "too many requests" in the language of the endpoint: two events to a stream's reader, else a problem. */
@Catch(RateLimitedException)
export class RateLimitedFilter implements ExceptionFilter<RateLimitedException> {
  catch({ retryAfterMs, scope }: RateLimitedException, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    if (routeTemplate(request) === '/rr-chat/stream') {
      sendEvents(response, retryAfterMs);
    } else {
      const detail = `Too many requests of ${WHOSE[scope]}.`;
      sendProblem(request, response, { status: 429, code: 'rate_limited', detail, retryAfterMs });
    }
  }
}

/** There is no answer, so its id is empty; the cursors count the two events and no text. */
function sendEvents(response: Response, retryAfterMs: number): void {
  const limited: RateLimitedEvent = { type: 'rate_limited', retry_after_ms: retryAfterMs };
  const done: DoneEvent = { type: 'done', finish_reason: 'error', message_id: '' };
  response.statusCode = 429;
  noteErrorCode(response, 'rate_limited');
  response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
  response.setHeader('Content-Type', 'text/event-stream');
  response.end(`id: 0.0.1\ndata: ${JSON.stringify(limited)}\n\nid: 0.0.2\ndata: ${JSON.stringify(done)}\n\n`);
}
