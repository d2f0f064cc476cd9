import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { addressOf } from './client-address.js';
import { CHAT_BOUNDS, flawOfNames, flawOfShape, OPENAI_BOUNDS, type JsonBounds } from './json-bounds.js';
import { onceClosed } from './once-closed.js';
import { isAtOpenAiDoor } from './openai-door.js';
import { ProblemException } from './problem.exception.js';
import type { Hold, WorkBudget } from './work-budget.js';

const MAX_BODY_BYTES = 1024 * 1024;
const INVALID = { status: 400, code: 'invalid_request' } as const;

/** A body that is being read: the bytes that it holds, and the shape that it may have. */
interface Reading {
  readonly hold: Hold;
  readonly bounds: JsonBounds;
}

/**
 * Reads bodies: UTF-8 JSON objects of at most 1 MiB, not compressed. Anything else is a problem that says what is wrong,
 * and so is a body for which `budget` has no room. It takes the place of Nest's own parsers, which accept forms, other
 * encodings and broken UTF-8.
 */
export function jsonBody(budget: WorkBudget): RequestHandler {
  const readings = new WeakMap<IncomingMessage, Reading>();
  const verify = (request: IncomingMessage, _response: unknown, body: Buffer, encoding: string): void => {
    const reading = readings.get(request);
    reading?.hold.resize(body.length);
    requireUtf8(body, encoding);
    const flaw = reading && flawOfShape(body, reading.bounds);
    if (flaw) throw flaw;
  };
  const parse = json({ limit: MAX_BODY_BYTES, inflate: false, strict: false, verify });

  return (request: Request, response: Response, next: NextFunction): void => {
    if (!hasBody(request)) {
      next();
      return;
    }
    if (!isJson(request)) {
      const detail = 'The body must be JSON, sent with the header "Content-Type: application/json".';
      next(new ProblemException({ ...INVALID, status: isAtOpenAiDoor(request) ? 415 : 400, detail }));
      return;
    }
    const hold = budget.take(sizeOf(request), addressOf(request));
    readings.set(request, { hold, bounds: isAtOpenAiDoor(request) ? OPENAI_BOUNDS : CHAT_BOUNDS });
    onceClosed(response, () => hold.release());
    parse(request, response, (error?: unknown) => {
      next(error === undefined ? bodyProblem(request) : problemOf(error));
    });
  };
}

/** Until it has been read: what it says, or the most that it may have. */
function sizeOf({ headers }: Request): number {
  const length = Number(headers['content-length'] ?? MAX_BODY_BYTES);
  return Math.min(length, MAX_BODY_BYTES);
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(request: Request): boolean {
  return request.is('application/json') === 'application/json';
}

/** Of the raw bytes, since the parser replaces what is not UTF-8 silently. */
function requireUtf8(body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8' || !isUtf8(body)) throw invalid('The body must be valid UTF-8.');
}

function bodyProblem(request: Request): ProblemException | undefined {
  const body: unknown = request.body;
  if (body === undefined) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid('The body must be a JSON object.');
  }
  // Schemas of tools have fields of any name; whoever reads them takes only those that it knows.
  return isAtOpenAiDoor(request) ? undefined : flawOfNames(body);
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
