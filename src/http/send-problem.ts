import type { Request, Response } from 'express';
import { PROBLEM_CONTENT_TYPE, retryAfterSeconds, toProblem } from '../wire/problem.js';
import type { ProblemFields } from './problem.exception.js';
import { requestIdOf } from './request-id.js';

/** Answers with a problem. Where the answer has begun already, its connection is cut: it must not look whole. */
export function sendProblem(request: Request, response: Response, fields: ProblemFields): void {
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return;
  }
  const { status, code, detail, errors, retryAfterMs, answer_id } = fields;
  const problem = toProblem({
    status,
    code,
    detail,
    request_id: requestIdOf(request),
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(answer_id === undefined ? {} : { answer_id }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  });
  if (retryAfterMs !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
  const body = Buffer.from(JSON.stringify(problem));
  response.statusCode = status;
  response.setHeader('Content-Type', PROBLEM_CONTENT_TYPE);
  response.setHeader('Content-Length', String(body.length));
  response.end(request.method === 'HEAD' ? undefined : body);
}
