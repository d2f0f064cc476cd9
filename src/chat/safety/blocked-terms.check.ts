import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { ACCEPTED, type SafetyCheck, type SafetyInput, type SafetyVerdict } from './safety-check.js';

/** Refuses a message in which one of `BLOCKED_TERMS` occurs, anywhere, in any case and in any form Unicode has of it. */
@Injectable()
export class BlockedTermsCheck implements SafetyCheck {
  readonly name = 'blocked-terms';
  readonly #terms: readonly string[];

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.#terms = config.limits.blockedTerms.map(fold).filter((term) => term !== '');
  }

  check({ message }: SafetyInput): SafetyVerdict {
    if (this.#terms.length === 0) return ACCEPTED;
    const folded = fold(message);
    if (!this.#terms.some((term) => folded.includes(term))) return ACCEPTED;
    const detail = 'The message holds a term that this service does not accept.';
    return { ok: false, status: 422, code: 'content_rejected', detail };
  }
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/**
 * More marks on one letter than any language has (Unicode's own bound for text that is streamed), or half-width voicing
 * signs, which become marks. Bringing a run of them into order takes time in the square of its length.
 */
const MARKS_WITHOUT_END = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

/**
 * One form for all that looks the same: full-width and composed letters by NFKC, case by way of upper case (ß as ss), one
 * sigma, and nothing that is invisible (soft hyphens, zero-width spaces).
 */
function fold(text: string): string {
  const bounded = text.replace(INVISIBLE, '').replace(MARKS_WITHOUT_END, '$1');
  const caseless = bounded.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return caseless.replace(INVISIBLE, '').normalize('NFKC');
}
