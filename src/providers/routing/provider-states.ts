import type { ErrorCode } from '../../wire/answer-event.js';

/**
 * What the health page and the pickers show of a provider. One that is `cooling` by a rate limit is not asked before its
 * time; one that is `cooling` by the breaker, or `down`, is asked only as a last resort.
 */
export type ProviderHealth = 'up' | 'cooling' | 'down';

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

/** Reads the state of every configured provider, in `PROVIDERS` order. */
export abstract class ProviderStates {
  abstract list(): readonly ProviderStateView[];
}
