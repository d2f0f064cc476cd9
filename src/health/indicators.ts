import { Injectable, Logger } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { HistoryStore, HistoryUnavailableError } from '../history/history-store.js';
import { Lifecycle } from '../lifecycle/lifecycle.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';

const TIMEOUT_MS = 2_000;
/** Anybody may ask at any rate; the database is asked at most twice a second. */
const CACHE_MS = 500;

/** Down while the history cannot be reached, and from a refused write until one succeeds. */
@Injectable()
export class DatabaseIndicator {
  readonly #log = new Logger('Health');
  #usable = true;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly history: HistoryStore,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    // A refused write is known; only a successful write ends it.
    const known = this.#refusal();
    if (known !== undefined) return known;
    const answered = await this.indicators
      .check('database')
      .attempt(() => this.#ping())
      .withTimeout(TIMEOUT_MS)
      .cacheFor(CACHE_MS);
    // The ping may have found the reason.
    return this.#refusal() ?? answered;
  }

  #refusal(): HealthIndicatorResult | undefined {
    const code = this.history.problem;
    if (code === undefined) return undefined;
    return this.indicators.check('database').down({ message: 'writes are refused', code });
  }

  /** The cause may name files: it is logged once and not shown. */
  async #ping(): Promise<void> {
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

/** Down while the process starts or drains. */
@Injectable()
export class ProcessIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: Lifecycle,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('process');
    if (this.lifecycle.ready) return indicator.up();
    return indicator.down(this.lifecycle.draining ? 'draining' : 'starting');
  }
}

/** Down while no provider is up: each is cooling or down, and the next question would be a last resort. */
@Injectable()
export class ProvidersIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly tracker: ProviderTracker,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('providers');
    const states = this.tracker.list();
    const detail = { up: states.filter(({ state }) => state === 'up').length, configured: states.length };
    return detail.up > 0 ? indicator.up(detail) : indicator.down(detail);
  }
}
