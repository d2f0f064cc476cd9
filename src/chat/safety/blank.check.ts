import { Injectable } from '@nestjs/common';
import { ACCEPTED, type SafetyCheck, type SafetyInput, type SafetyVerdict } from './safety-check.js';

/** White space, control characters, and what Unicode lets a display ignore (zero-width spaces, fillers, marks of direction). */
const NOTHING_TO_SEE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u;

/** Refuses a message in which there is nothing to read. */
@Injectable()
export class BlankCheck implements SafetyCheck {
  readonly name = 'blank';

  check({ questions }: SafetyInput): SafetyVerdict {
    if (!questions.some((question) => NOTHING_TO_SEE.test(question))) return ACCEPTED;
    const detail = 'The message is blank.';
    return { ok: false, status: 400, code: 'invalid_request', detail, errors: [{ path: 'message', message: detail }] };
  }
}
