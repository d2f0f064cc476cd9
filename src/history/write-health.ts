import { Logger } from '@nestjs/common';
import type { Counter, Metrics } from '../metrics/metrics.js';
import type { HistoryUnavailableError } from './history-store.js';

const LOG_INTERVAL_MS = 60_000;

/** Where nothing tells the cause: the database did not answer in time. */
const NO_ANSWER = 'TIMEOUT';

/** Whether the database takes writes. Each one that it refuses is counted, and the cause is logged once a minute. */
export class WriteHealth {
  readonly #log = new Logger('History');
  readonly #failures: Counter | undefined;
  #problem: string | undefined;
  #loggedAt = -Infinity;

  constructor(metrics?: Metrics) {
    this.#failures = metrics?.counter('rondo_history_write_failures_total');
  }

  /** Why writes fail: the database's code, such as `SQLITE_FULL`. Undefined while it takes them. */
  get problem(): string | undefined {
    return this.#problem;
  }

  failed(error: HistoryUnavailableError): void {
    this.#failures?.add();
    const code = codeOf(error.cause) ?? NO_ANSWER;
    const isNew = code !== this.#problem;
    this.#problem = code;
    const now = performance.now();
    if (!isNew && now - this.#loggedAt < LOG_INTERVAL_MS) return;
    this.#loggedAt = now;
    this.#log.error({ err: error, code }, 'the history cannot be written; new questions are refused until it can');
  }

  /** To be told only after a write that needs as much room as a question. */
  recovered(): void {
    if (this.#problem !== undefined) this.#log.log('the history is being written again');
    this.#problem = undefined;
  }
}

function codeOf(cause: unknown): string | undefined {
  const isCoded = typeof cause === 'object' && cause !== null && 'code' in cause;
  return isCoded && typeof cause.code === 'string' ? cause.code : undefined;
}
