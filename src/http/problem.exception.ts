import { HttpException } from '@nestjs/common';
import type { ProblemCode, ProblemFields } from '../wire/problem.js';

/** An error that the client gets as a problem, or as its door writes errors. Throw it anywhere behind a controller. */
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

/**
 * There is no room: 429 where the caller's share is used up, 503 where everything is.
 * @param retryAfterMs when another try is worth it
 */
export function overloaded(status: 429 | 503, detail: string, retryAfterMs = 1_000): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs });
}
