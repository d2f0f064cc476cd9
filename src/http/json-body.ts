import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { CHAT_BOUNDS, flawOf, OPENAI_BOUNDS } from './json-bounds.js';
import { isAtOpenAiDoor } from './openai-door.js';
import { ProblemException } from './problem.exception.js';

const MAX_BODY_BYTES = 1024 * 1024;
const INVALID = { status: 400, code: 'invalid_request' } as const;

/**
 * Reads bodies: UTF-8 JSON objects of at most 1 MiB, not compressed. Anything else is a problem that says what is wrong.
 * It takes the place of Nest's own parsers, which accept forms, other encodings and broken UTF-8.
 */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: MAX_BODY_BYTES, inflate: false, strict: false, verify: requireUtf8 });

  return (request: Request, response: Response, next: NextFunction): void => {
    if (hasBody(request) && !isJson(request)) {
      const detail = 'The body must be JSON, sent with the header "Content-Type: application/json".';
      next(new ProblemException({ ...INVALID, status: isAtOpenAiDoor(request) ? 415 : 400, detail }));
      return;
    }
    parse(request, response, (error?: unknown) => {
      next(
        error === undefined
          ? bodyProblem(request.body, isAtOpenAiDoor(request) ? OPENAI_BOUNDS : CHAT_BOUNDS)
          : problemOf(error),
      );
    });
  };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(request: Request): boolean {
  return request.is('application/json') === 'application/json';
}

/** Called with the raw bytes, since the parser replaces what is not UTF-8 silently. */
function requireUtf8(_request: IncomingMessage, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8' || !isUtf8(body)) throw invalid('The body must be valid UTF-8.');
}

function bodyProblem(body: unknown, bounds: typeof CHAT_BOUNDS): ProblemException | undefined {
  if (body === undefined) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid('The body must be a JSON object.');
  }
  return flawOf(body, bounds);
}

function problemOf(error: unknown): unknown {
  if (error instanceof ProblemException || !(error instanceof Error) || !('type' in error)) return error;
  switch (error.type) {
    case 'entity.too.large':
      return new ProblemException({ status: 413, code: 'body_too_large', detail: 'The body is larger than 1 MiB.' });
    case 'entity.parse.failed':
      return invalid('The body is not valid JSON.');
    case 'encoding.unsupported':
      return invalid('The body must not be compressed.');
    case 'charset.unsupported':
      return invalid('The body must be valid UTF-8.');
    case 'request.aborted':
    case 'request.size.invalid':
      return invalid('The body ended early.');
    default:
      return error;
  }
}

function invalid(detail: string): ProblemException {
  return new ProblemException({ ...INVALID, detail });
}
