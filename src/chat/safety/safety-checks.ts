import { Inject, Injectable, Logger } from '@nestjs/common';
import { ACCEPTED, SAFETY_CHECKS, type SafetyCheck, type SafetyInput, type SafetyRefusal } from './safety-check.js';

/** A check failed: nobody can say whether the question is acceptable, so it is not asked. */
export interface FailedCheck {
  readonly ok: false;
  readonly status: 500;
  readonly code: 'internal';
  readonly detail: string;
}

const FAILED: FailedCheck = {
  ok: false,
  status: 500,
  code: 'internal',
  detail: 'The message could not be checked. Nothing was sent or stored.',
};

/** Asks every {@link SafetyCheck} in turn. */
@Injectable()
export class SafetyChecks {
  readonly #logger = new Logger(SafetyChecks.name);

  constructor(@Inject(SAFETY_CHECKS) private readonly checks: readonly SafetyCheck[]) {}

  /** The first refusal, if any. Never rejects. */
  async verdict(input: SafetyInput): Promise<{ readonly ok: true } | SafetyRefusal | FailedCheck> {
    for (const check of this.checks) {
      try {
        const verdict = await check.check(input);
        if (!verdict.ok) return verdict;
      } catch (error) {
        // Only the kind of failure: its message may quote what the person wrote.
        this.#logger.error(`safety check ${check.name} failed: ${error instanceof Error ? error.name : typeof error}`);
        return FAILED;
      }
    }
    return ACCEPTED;
  }
}
