import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HistoryUnavailableError } from '../history/history-store.js';
import type { ProblemCode } from '../wire/problem.js';
import { ProblemException, type ProblemFields } from './problem.exception.js';
import { sendProblem } from './send-problem.js';

const HISTORY_RETRY_MS = 5_000;

const INTERNAL: ProblemFields = { status: 500, code: 'internal', detail: 'Something went wrong on our side.' };

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  409: 'conflict',
  413: 'body_too_large',
  429: 'rate_limited',
  503: 'overloaded',
};

/** The last word on every failure outside a stream: RFC 9457 problems. What nobody expected is logged, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('Http');

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const problem = problemOf(exception);
    if (problem === INTERNAL) this.#log.error({ err: exception }, 'request failed');
    sendProblem(request, http.getResponse<Response>(), problem);
  }
}

function problemOf(exception: unknown): ProblemFields {
  if (exception instanceof ProblemException) return exception.problem;
  if (exception instanceof HistoryUnavailableError) {
    const detail = 'The history cannot be reached now. Nothing was stored or asked; try again.';
    return { status: 503, code: 'history_unavailable', detail, retryAfterMs: HISTORY_RETRY_MS };
  }
  if (!(exception instanceof HttpException)) return INTERNAL;
  const status = exception.getStatus();
  const code = CODE_OF_STATUS[status] ?? (status < 500 ? 'invalid_request' : 'internal');
  return code === 'internal' ? INTERNAL : { status, code, detail: exception.message };
}
