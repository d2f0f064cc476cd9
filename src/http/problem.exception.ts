import { HttpException } from '@nestjs/common';
import type { FieldError, ProblemCode } from '../wire/problem.js';

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

/** Throw it anywhere behind a controller: the reader gets it as `application/problem+json`. */
export class ProblemException extends HttpException {
  override readonly name = 'ProblemException';
  readonly code: ProblemCode;

  constructor(
    readonly problem: ProblemFields,
    options?: { cause?: unknown },
  ) {
    super(problem.detail, problem.status, options);
    this.code = problem.code;
  }
}

/** There is no room: of the caller's own 429, of all 503. `retryAfterMs`: when it is worth another try. */
export function overloaded(status: 429 | 503, detail: string, retryAfterMs = 1_000): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs });
}
