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

/** What a problem says beyond its status' title and the request's id. */
export type ProblemParts = Omit<Problem, 'type' | 'title'>;

/** A whole problem: its title is the status' own phrase, and its type says that the code tells everything. */
export function toProblem({ status, detail, code, request_id, ...rest }: ProblemParts): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, request_id, ...rest };
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** `Retry-After` in whole seconds: never early, at least 1. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1000));
}
