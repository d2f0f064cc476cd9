import type { FieldError } from '../../wire/problem.js';

/** A question before any provider is asked and anything is stored. */
export interface SafetyInput {
  readonly userId: string;
  readonly sessionId: string;
  /** What is asked now: one text, or at `/v1` each user message since the last answer that says something. */
  readonly questions: readonly string[];
  /**
   * Every text of the caller's that a provider would be sent, the questions among them, in the order of the request. What
   * providers read in two ways is there in both: parts of a message with and without line ends between them, JSON with and
   * without its escapes.
   */
  readonly texts: readonly SafetyText[];
}

/**
 * `role` is the message's; `option` is what describes tools and the form of the reply, and stop words; `id` is a name for
 * machines: of the model, of a call of a tool.
 */
export interface SafetyText {
  readonly role: 'system' | 'user' | 'assistant' | 'tool' | 'option' | 'id';
  readonly text: string;
}

/** `detail` is shown to the person who asked; it must not repeat what they wrote. */
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
   * The first refusal ends the request. A check that throws or rejects refuses the question as `internal`. One that
   * waits for something bounds the wait itself, and one that works on long texts takes them in pieces.
   */
  check(input: SafetyInput): SafetyVerdict | Promise<SafetyVerdict>;
}

/** Every check, in the order in which they are asked: `@Inject(SAFETY_CHECKS) checks: readonly SafetyCheck[]`. */
export const SAFETY_CHECKS = Symbol('SAFETY_CHECKS');

export const ACCEPTED: SafetyVerdict = { ok: true };
