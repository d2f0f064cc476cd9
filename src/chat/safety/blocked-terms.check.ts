import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { fold, foldedPieces, PIECE_CHARS } from './folded-text.js';
import { ACCEPTED, type SafetyCheck, type SafetyInput, type SafetyVerdict } from './safety-check.js';

const REFUSED: SafetyVerdict = {
  ok: false,
  status: 422,
  code: 'content_rejected',
  detail: 'The message, or a text that was sent with it, holds a term that this service does not accept.',
};

/** What looking at one more text costs besides its characters: there may be ten thousand short ones. */
const CHARS_PER_TEXT = 64;

/**
 * Refuses a request where one of `BLOCKED_TERMS` occurs in any text, anywhere: literally, but for case, white space,
 * invisible characters and the forms that Unicode has of one letter.
 */
@Injectable()
export class BlockedTermsCheck implements SafetyCheck {
  readonly name = 'blocked-terms';
  readonly #terms: readonly string[];
  /** So much of the end of a piece may be the beginning of a term. */
  readonly #overlap: number;

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.#terms = config.limits.blockedTerms.map(fold).filter((term) => term.trim() !== '');
    this.#overlap = Math.max(0, ...this.#terms.map(({ length }) => length - 1));
  }

  async check({ texts }: SafetyInput): Promise<SafetyVerdict> {
    if (this.#terms.length === 0) return ACCEPTED;
    let unbroken = 0;
    for (const { text } of texts) {
      unbroken += CHARS_PER_TEXT;
      let end = '';
      for (const piece of foldedPieces(text)) {
        const window = end + piece;
        if (this.#terms.some((term) => window.includes(term))) return REFUSED;
        end = this.#overlap === 0 ? '' : window.slice(-this.#overlap);
        unbroken += Math.min(text.length, PIECE_CHARS);
        if (unbroken < PIECE_CHARS) continue;
        // Others are served between two pieces of a long request.
        await nextTurn();
        unbroken = 0;
      }
    }
    return ACCEPTED;
  }
}
