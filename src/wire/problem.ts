import { STATUS_CODES } from 'node:http';
import { ERROR_TRAITS, type ErrorCode } from './answer-event.js';

/** Codes that only an HTTP answer carries, never an event. */
const HTTP_ONLY_CODES = [
  'not_found',
  'conflict',
  'answer_running',
  'message_too_long',
  'body_too_large',
  'host_not_allowed',
  'origin_not_allowed',
  'rate_limited',
  'overloaded',
  'server_draining',
  'history_unavailable',
] as const;

export type HttpOnlyCode = (typeof HTTP_ONLY_CODES)[number];

export type ProblemCode = ErrorCode | HttpOnlyCode;

/** Every code that a problem may have. */
export const PROBLEM_CODES: readonly ProblemCode[] = [
  ...(Object.keys(ERROR_TRAITS) as ErrorCode[]),
  ...HTTP_ONLY_CODES,
];

/** One wrong field of a request. */
export interface FieldError {
  /** Where, as a path: `message`, `attempts.0.name`. */
  path: string;
  message: string;
}

/** RFC 9457 problem details, as `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  request_id: string;
  errors?: FieldError[];
  /** With `answer_running`: the answer that is running. */
  answer_id?: string;
  retry_after_ms?: number;
}

/** What a problem says, before it is written. */
export interface ProblemFields {
  /** HTTP status, 4xx or 5xx. */
  status: number;
  code: ProblemCode;
  /** A sentence for people; never a provider's raw body, never a secret. */
  detail: string;
  errors?: readonly FieldError[];
  /** Also sent as `Retry-After`, in whole seconds rounded up. */
  retryAfterMs?: number;
  /** With `answer_running`: the answer that is running. */
  answer_id?: string;
}

/** An error that says which problem a client gets, for rooms that know nothing of HTTP. */
export abstract class ProblemError extends Error {
  abstract readonly problem: ProblemFields;
}

/** A whole problem. Its title is the status' phrase; its type says that the code tells everything. */
export function toProblem(fields: ProblemFields, request_id: string): Problem {
  const { status, detail, code, errors, answer_id, retryAfterMs } = fields;
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    request_id,
    ...(errors && { errors: [...errors] }),
    ...(answer_id !== undefined && { answer_id }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  };
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** `Retry-After` in whole seconds: never early, at least 1. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1000));
}
