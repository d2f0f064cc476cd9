import type { ProviderError } from '../provider-error.js';
import { Breaker } from './breaker.js';
import type { Readiness } from './router.js';

const FIRST_REST_MS = 5_000;
const LONGEST_UNHINTED_REST_MS = 300_000;
/** A provider's own hint is obeyed up to a day (daily quotas). */
const LONGEST_HINTED_REST_MS = 86_400_000;
const DOWN_PROBE_MS = 300_000;

/** Why a provider is not simply up. */
type Cause = 'rate' | 'breaker' | 'unusable';

/**
 * What is known of one provider: up, cooling until a time, or down. A cool-down is never shortened by a later failure.
 * Times are monotonic milliseconds (`performance.now()`): a clock that is set back changes nothing.
 */
export class ProviderState {
  readonly #breaker = new Breaker();
  #cause: Cause | undefined;
  /** When it last left `up` or failed again since. */
  #leftAt = 0;
  #retryAt = 0;
  #unhintedRests = 0;

  get name(): 'up' | 'cooling' | 'down' {
    if (this.#cause === undefined) return 'up';
    return this.#cause === 'unusable' ? 'down' : 'cooling';
  }

  /** A rest that is over makes it a last resort until its probe has answered. */
  readiness(now: number): Readiness {
    if (this.#cause === undefined) return 'ready';
    return this.#cause === 'rate' && now < this.#retryAt ? 'resting' : 'last-resort';
  }

  /** When it is to be probed; meaningless while up. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** An attempt that began at `startedAt` answered. One that began before the trouble says nothing about it. */
  succeed(startedAt: number, now: number): void {
    this.#breaker.succeed(now);
    if (this.#cause === undefined || startedAt < this.#leftAt) return;
    this.#cause = undefined;
    this.#unhintedRests = 0;
    this.#breaker.close();
  }

  /** An attempt that began at `startedAt` failed; of a crowd that runs into the same trouble one counts. Caller and misfit failures say nothing about the provider unless it is unusable. */
  fail(error: ProviderError, startedAt: number, now: number): void {
    const knownTrouble = this.#cause !== undefined && startedAt < this.#leftAt;
    if (knownTrouble && error.retryAfterMs === undefined) return;
    if (error.unusable || error.kind === 'credentials') this.#leave('unusable', DOWN_PROBE_MS, now);
    else if (error.kind === 'rate') this.#leave('rate', this.#restMs(error), now);
    else if (error.kind === 'server' || error.kind === 'timeout' || error.kind === 'protocol') this.#trip(now);
  }

  #trip(now: number): void {
    const coolDownMs = this.#breaker.fail(now, this.#cause === 'breaker');
    if (coolDownMs === undefined) {
      // A probe that failed for another reason than the rate: the rest goes on, or it would be probed in a loop.
      if (this.#cause !== undefined) this.#leave(this.#cause, FIRST_REST_MS, now);
      return;
    }
    this.#leave(this.#cause === 'unusable' ? 'unusable' : 'breaker', coolDownMs, now);
  }

  #restMs(error: ProviderError): number {
    if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, LONGEST_HINTED_REST_MS);
    return Math.min(FIRST_REST_MS * 2 ** Math.min(this.#unhintedRests++, 16), LONGEST_UNHINTED_REST_MS);
  }

  #leave(cause: Cause, forMs: number, now: number): void {
    this.#leftAt = now;
    this.#retryAt = this.#cause === undefined ? now + forMs : Math.max(this.#retryAt, now + forMs);
    this.#cause = cause;
  }
}
