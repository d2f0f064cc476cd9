import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { addressOf } from './client-address.js';
import type { Door, Doors } from './doors.js';
import { flawOfNames, flawOfShape } from './json-bounds.js';
import { onceClosed } from './once-closed.js';
import { ProblemException } from './problem.exception.js';
import { readBody } from './read-body.js';
import type { WorkBudget } from './work-budget.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** After parsing a longer body the event loop serves other requests first. */
const LONG_BODY_BYTES = 64 * 1024;

const INVALID = { status: 400, code: 'invalid_request' } as const;
const NOT_UTF8 = 'The body must be valid UTF-8.';
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * Reads bodies: uncompressed JSON objects in UTF-8, of at most 1 MiB. Anything else is refused with the reason, and so
 * is a body for which `budget` has no room. It replaces Nest's parsers, which accept forms, other encodings and broken
 * UTF-8.
 */
export function jsonBody(budget: WorkBudget, doors: Doors): RequestHandler {
  return async (request, response, next) => {
    if (hasBody(request)) {
      const door = doors.of(request);
      requireJson(request, door);
      const hold = holding(request, response, budget);
      const body = await readBody(request, MAX_BODY_BYTES, hold);
      hold(body.length);
      request.body = parse(body, door);
      if (body.length > LONG_BODY_BYTES) await nextTurn();
    }
    next();
  };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function requireJson(request: Request, { notJson }: Door): void {
  if (request.is('application/json') !== 'application/json') {
    const detail = 'The body must be JSON, sent with the header "Content-Type: application/json".';
    throw new ProblemException({ ...INVALID, status: notJson, detail });
  }
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type) ?? [];
  if (charset.toLowerCase() !== 'utf-8') throw invalid(NOT_UTF8);
  if (encoding.toLowerCase() !== 'identity') throw invalid('The body must not be compressed.');
}

/**
 * Holds the received bytes of a body in the budget until its response is over. A body without room is refused before it
 * is read; a claimed length alone takes nothing from others.
 */
function holding(request: Request, response: Response, budget: WorkBudget): (bytes: number) => void {
  const address = addressOf(request);
  const length = Number(request.headers['content-length'] ?? MAX_BODY_BYTES);
  const hold = budget.take(Math.min(length, MAX_BODY_BYTES), address);
  let held = 0;
  hold.resize(held);
  let over = false;
  onceClosed(response, () => {
    over = true;
    hold.release();
  });
  return (bytes) => {
    if (over) return;
    if (bytes > held) budget.take(bytes - held, address).release();
    hold.resize(bytes);
    held = bytes;
  };
}

/** Checks the raw bytes first: invalid UTF-8 would be replaced silently, and some JSON takes too long to parse. */
function parse(body: Buffer, { bounds, anyNames }: Door): object {
  if (!isUtf8(body)) throw invalid(NOT_UTF8);
  const flaw = flawOfShape(body, bounds);
  if (flaw) throw flaw;
  const value = body.length === 0 ? {} : parsed(body.toString().replace(BYTE_ORDER_MARK, ''));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The body must be a JSON object.');
  const unseen = anyNames ? undefined : flawOfNames(value);
  if (unseen) throw unseen;
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON.');
  }
}

function invalid(detail: string): ProblemException {
  return new ProblemException({ ...INVALID, detail });
}
