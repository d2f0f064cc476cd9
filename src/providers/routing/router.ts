import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';

/**
 * Whether a provider can be asked now. `up`: yes. `cooling` (after failures) or `down`: only when nobody is up.
 * `resting` (its rate limit is used up): not before its time.
 */
export type Health = 'up' | 'cooling' | 'down' | 'resting';

/** A configured provider, as a policy sees it for one request. */
export interface Candidate {
  readonly provider: ChatProvider;
  /** The model that would be asked. */
  readonly model: string;
  readonly health: Health;
  /** False where the provider is known not to take the request. */
  readonly fits: boolean;
  /** False where the caller may not use it. */
  readonly allowed: boolean;
}

/** What routing needs to know of whoever asks. */
export interface RoutingCaller {
  /** Absent where the request names no user. */
  readonly userId?: string | undefined;
}

export interface RoutingQuestion {
  readonly request: ChatCompletionRequest;
  readonly caller: RoutingCaller;
  readonly candidates: readonly Candidate[];
}

/** A policy: in which order the providers are asked. It knows no HTTP and asks nobody; the relay does. */
export abstract class Router {
  /**
   * Called once per answer, with every configured provider in `PROVIDERS` order. The relay asks exactly those that are
   * returned, in that order. {@link askable} holds the rules for health; a policy applies it to its own order.
   */
  abstract order(question: RoutingQuestion): readonly Candidate[];

  /**
   * Called later for the same answer, when the health of a provider has changed or another round starts. The candidates
   * are those left to ask, in their order so far.
   */
  reorder({ candidates }: RoutingQuestion): readonly Candidate[] {
    return askable(candidates);
  }
}

/** Those that may be asked, in the given order: first all that are up, then those that are a last resort. */
export function askable(candidates: readonly Candidate[]): Candidate[] {
  const eligible = candidates.filter(isEligible);
  const lastResort = eligible.filter(({ health }) => health === 'cooling' || health === 'down');
  return [...eligible.filter(({ health }) => health === 'up'), ...lastResort];
}

/** Whoever does not fit or is not allowed is never asked, whatever its health. */
export function isEligible({ fits, allowed }: Candidate): boolean {
  return fits && allowed;
}
