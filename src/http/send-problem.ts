import type { Request, Response } from 'express';
import { ERROR_TRAITS } from '../wire/answer-event.js';
import { openAiStatus, toOpenAiError, type OpenAiError } from '../wire/openai-error.js';
import { PROBLEM_CONTENT_TYPE, retryAfterSeconds, toProblem, type Problem } from '../wire/problem.js';
import { isAtOpenAiDoor } from './openai-door.js';
import type { ProblemFields } from './problem.exception.js';
import { requestIdOf } from './request-id.js';
import { noteErrorCode } from './request-log.js';

/**
 * Answers with a problem, under `/v1` in OpenAI's envelope. Where the answer has begun already, its connection is cut: it
 * must not look whole.
 */
export function sendProblem(request: Request, response: Response, fields: ProblemFields): void {
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return;
  }
  const { retryAfterMs } = fields;
  if (retryAfterMs !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds(retryAfterMs)));
  const [status, type, json] = isAtOpenAiDoor(request) ? openAiError(response, fields) : problem(request, fields);
  noteErrorCode(response, 'error' in json ? json.error.code : json.code);
  const body = Buffer.from(JSON.stringify(json));
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', String(body.length));
  response.end(request.method === 'HEAD' ? undefined : body);
}

type Reply = [status: number, contentType: string, json: Problem | OpenAiError];

function problem(request: Request, fields: ProblemFields): Reply {
  const { status, code, detail, errors, retryAfterMs, answer_id } = fields;
  const json = toProblem({
    status,
    code,
    detail,
    request_id: requestIdOf(request),
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(answer_id === undefined ? {} : { answer_id }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  });
  return [status, PROBLEM_CONTENT_TYPE, json];
}

/** The official clients try again after any 5xx, unless they are told that it is no use. */
function openAiError(response: Response, fields: ProblemFields): Reply {
  const traits: Partial<Record<string, { retryable: boolean }>> = ERROR_TRAITS;
  if (traits[fields.code]?.retryable === false) response.setHeader('X-Should-Retry', 'false');
  return [openAiStatus(fields), 'application/json; charset=utf-8', toOpenAiError(fields)];
}
