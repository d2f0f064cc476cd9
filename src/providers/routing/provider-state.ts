import type { ErrorCode } from '../../wire/answer-event.js';
import type { FailureKind, ProviderError } from '../provider-error.js';
import { Breaker } from './breaker.js';
import type { Health } from './router.js';

const FIRST_REST_MS = 5_000;
const LONGEST_UNHINTED_REST_MS = 300_000;
/** A provider's own hint is obeyed up to a day (daily quotas). */
const LONGEST_HINTED_REST_MS = 86_400_000;
const DOWN_PROBE_MS = 300_000;

/** What `GET /providers`, the health endpoints and the pickers show. */
export type ProviderHealth = Exclude<Health, 'resting'>;

export interface ProviderStateView {
  readonly name: string;
  readonly model: string;
  readonly state: ProviderHealth;
  /** What it failed with; absent while up, like all that follows. */
  readonly code?: ErrorCode;
  /** Since when it has been in this state, in Unix milliseconds. */
  readonly since?: number;
  /** When it is asked again, in Unix milliseconds; absent where nothing is planned. */
  readonly retryAt?: number;
}

/** What counts for the breaker. */
const BROKEN: ReadonlySet<FailureKind> = new Set(['server', 'timeout', 'protocol']);

/** Why a provider is not simply up. */
type Cause = 'rate' | 'breaker' | 'unusable';

/**
 * What is known of one provider: up, cooling until a time, or down. A later failure never shortens a cool-down. Times are
 * monotonic milliseconds (`performance.now()`): a clock that is set back changes nothing.
 */
export class ProviderState {
  readonly #breaker = new Breaker();
  #cause: Cause | undefined;
  /** When it last left `up` or failed again since. */
  #leftAt = 0;
  #retryAt = 0;
  #code: ErrorCode | undefined;
  #since = 0;
  #unhintedRests = 0;

  get health(): ProviderHealth {
    if (this.#cause === undefined) return 'up';
    return this.#cause === 'unusable' ? 'down' : 'cooling';
  }

  /** The same for routing. After its rest it is `cooling` until its probe has answered. */
  healthAt(now: number): Health {
    return this.#cause === 'rate' && now < this.#retryAt ? 'resting' : this.health;
  }

  /** When it is to be probed; meaningless while up. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** Its latest failure; undefined while up. */
  get code(): ErrorCode | undefined {
    return this.#code;
  }

  /** Since when it has been in its state; meaningless while up. */
  get since(): number {
    return this.#since;
  }

  /** An attempt that started at `startedAt` answered. One that started before the trouble proves nothing. */
  succeed(startedAt: number, now: number): void {
    this.#breaker.succeed(now);
    if (this.#cause === undefined || startedAt < this.#leftAt) return;
    this.#cause = undefined;
    this.#code = undefined;
    this.#unhintedRests = 0;
    this.#breaker.close();
  }

  /**
   * An attempt that started at `startedAt` failed. Of many that run into the same trouble one counts. Caller and misfit
   * failures do not count unless the provider is unusable. While its breaker is open only probes prolong that: answers that
   * retry during an outage would make the cool-down much longer than the outage.
   * @param ofProbe Rondo asked for itself: no caller's words can have made the provider suspect
   */
  fail(error: ProviderError, startedAt: number, now: number, ofProbe = false): void {
    const knownTrouble = this.#cause !== undefined && startedAt < this.#leftAt;
    if (knownTrouble && error.retryAfterMs === undefined) return;
    const { kind, code } = error;
    if (error.unusable || (ofProbe && error.suspect)) this.#leave('unusable', DOWN_PROBE_MS, now, code);
    else if (kind === 'rate') this.#leave('rate', this.#restMs(error), now, code);
    else if (!BROKEN.has(kind)) return;
    else if (this.#cause === 'breaker' && !ofProbe) this.#code = code;
    else this.#trip(now, code);
  }

  #trip(now: number, code: ErrorCode): void {
    const coolDownMs = this.#breaker.fail(now, this.#cause === 'breaker');
    if (coolDownMs === undefined) {
      // A probe failed for another reason than the rate. The rest continues, or it would be probed in a loop.
      if (this.#cause !== undefined) this.#leave(this.#cause, FIRST_REST_MS, now);
      return;
    }
    if (this.#cause === 'unusable') this.#leave('unusable', coolDownMs, now);
    else this.#leave('breaker', coolDownMs, now, code);
  }

  #restMs(error: ProviderError): number {
    if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, LONGEST_HINTED_REST_MS);
    return Math.min(FIRST_REST_MS * 2 ** Math.min(this.#unhintedRests++, 16), LONGEST_UNHINTED_REST_MS);
  }

  /** @param code absent: the code of before still holds */
  #leave(cause: Cause, forMs: number, now: number, code = this.#code): void {
    const before = this.health;
    this.#leftAt = now;
    this.#retryAt = this.#cause === undefined ? now + forMs : Math.max(this.#retryAt, now + forMs);
    this.#cause = cause;
    this.#code = code;
    if (this.health !== before) this.#since = now;
  }
}
