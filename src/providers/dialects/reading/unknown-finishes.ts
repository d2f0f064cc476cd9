import { Logger } from '@nestjs/common';

/** Anything else may be somebody's text, which does not belong into logs. */
const CODE = /^[A-Za-z][\w.-]{0,47}$/;
const MAX_REMEMBERED = 32;

/** Logs each finish reason of one provider that Rondo does not know, once. */
export class UnknownFinishes {
  readonly #logger = new Logger('Provider');
  readonly #seen = new Set<string>();

  constructor(private readonly provider: string) {}

  see(reason: string): void {
    const shown = CODE.test(reason) ? reason : 'not a code';
    if (this.#seen.has(shown) || this.#seen.size >= MAX_REMEMBERED) return;
    this.#seen.add(shown);
    this.#logger.warn({ provider: this.provider, finish_reason: shown }, 'unknown finish reason, read as stop');
  }
}
