import { HttpException } from '@nestjs/common';
import type { ProblemCode, ProblemFields } from '../wire/problem.js';

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
