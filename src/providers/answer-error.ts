import type { ErrorCode } from '../wire/answer-event.js';

/** No provider could complete the answer; the message is for people. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly retryAfterMs?: number,
    /** Of an `invalid_request`: the field that no provider takes, by its name in OpenAI's API, where that is known. */
    readonly field?: string,
  ) {
    super(message);
  }
}
