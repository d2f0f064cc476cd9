import type { FieldError } from '../../wire/problem.js';

/** A question before any provider is asked and anything is stored. */
export interface SafetyInput {
  readonly userId: string;
  readonly sessionId: string;
  readonly message: string;
}

/** `detail` is shown to the person who asked; it must not repeat the message. */
export type SafetyVerdict = { readonly ok: true } | SafetyRefusal;

export interface SafetyRefusal {
  readonly ok: false;
  readonly status: 400 | 413 | 422;
  readonly code: 'invalid_request' | 'message_too_long' | 'content_rejected';
  readonly detail: string;
  /** Which field is wrong, as for every other `invalid_request`. */
  readonly errors?: readonly FieldError[];
}

/** Decides whether a question may be asked. See docs/SAFETY_CHECKS.md for how to add one. */
export interface SafetyCheck {
  /** For logs. */
  readonly name: string;
  /**
   * The first refusal ends the request. A check that throws or rejects refuses the question as `internal`; one that
   * waits for something has to bound the wait itself.
   */
  check(input: SafetyInput): SafetyVerdict | Promise<SafetyVerdict>;
}

/** Every check, in the order in which they are asked: `@Inject(SAFETY_CHECKS) checks: readonly SafetyCheck[]`. */
export const SAFETY_CHECKS = Symbol('SAFETY_CHECKS');

export const ACCEPTED: SafetyVerdict = { ok: true };
