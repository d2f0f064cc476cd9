import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemError, retryAfterSeconds, type ProblemCode, type ProblemFields } from '../wire/problem.js';
import type { Doors } from './doors.js';
import { ProblemException } from './problem.exception.js';
import { requestIdOf } from './request-id.js';

const INTERNAL: ProblemFields = { status: 500, code: 'internal', detail: 'Something went wrong on our side.' };

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  409: 'conflict',
  413: 'body_too_large',
  429: 'rate_limited',
  503: 'overloaded',
};

/** Answers every error outside a stream by the conventions of its door. Unexpected errors are logged, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('Http');

  constructor(private readonly doors: Doors) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = problemOf(exception);
    if (problem === INTERNAL) this.#log.error({ err: exception }, 'request failed');
    this.#send(problem, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Cuts the connection of an answer that has begun: it must not look whole. */
  #send(problem: ProblemFields, request: Request, response: Response): void {
    if (response.headersSent) {
      if (!response.writableEnded) response.destroy();
      return;
    }
    const door = this.doors.of(request);
    const { status, contentType, json, code, headers = {} } = door.errorReply(problem, requestIdOf(request));
    const { retryAfterMs } = problem;
    if (retryAfterMs !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.errorCode = code;
    const body = Buffer.from(JSON.stringify(json));
    response.statusCode = status;
    response.setHeader('Content-Type', contentType);
    response.setHeader('Content-Length', String(body.length));
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

function problemOf(exception: unknown): ProblemFields {
  if (exception instanceof ProblemException || exception instanceof ProblemError) return exception.problem;
  if (!(exception instanceof HttpException)) return INTERNAL;
  const status = exception.getStatus();
  const code = CODE_OF_STATUS[status] ?? (status < 500 ? 'invalid_request' : 'internal');
  return code === 'internal' ? INTERNAL : { status, code, detail: exception.message };
}
