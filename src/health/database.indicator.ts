import { Injectable, Logger } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { HistoryStore, HistoryUnavailableError } from '../history/history-store.js';

const TIMEOUT_MS = 2_000;
/** Anybody may ask for health as often as they like; the database answers at most twice a second. */
const CACHE_MS = 500;

/** Down while the history can't be reached, and from a write that was refused until one succeeds. */
@Injectable()
export class DatabaseIndicator {
  readonly #log = new Logger('Health');
  #usable = true;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly history: HistoryStore,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    // Known already, and gone only when a write has succeeded: nothing to ask for.
    const known = this.refusal();
    if (known !== undefined) return known;
    const answered = await this.indicators
      .check('database')
      .attempt(() => this.ping())
      .withTimeout(TIMEOUT_MS)
      .cacheFor(CACHE_MS);
    // The ping itself may have found why.
    return this.refusal() ?? answered;
  }

  private refusal(): HealthIndicatorResult | undefined {
    const code = this.history.problem;
    if (code === undefined) return undefined;
    return this.indicators.check('database').down({ message: 'writes are refused', code });
  }

  /** The cause may name files: it goes to the log, once, and not into the answer. */
  private async ping(): Promise<void> {
    try {
      await this.history.ping();
      if (!this.#usable) this.#log.log('the database can be used again');
      this.#usable = true;
    } catch (error) {
      const why = error instanceof HistoryUnavailableError ? error.message : 'looking at the database failed';
      if (this.#usable) this.#log.error({ err: error }, why);
      this.#usable = false;
      throw new Error(why, { cause: error });
    }
  }
}
