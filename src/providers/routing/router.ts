import type { ChatProvider } from '../chat-provider.js';

/**
 * How a provider may be asked now: `ready`; `last-resort` (cooling by its breaker, or down) only when nobody else is
 * left; `resting` (rate-limited) not at all before its time.
 */
export type Readiness = 'ready' | 'last-resort' | 'resting';

export interface Candidate {
  readonly provider: ChatProvider;
  readonly readiness: Readiness;
}

/** A policy: orders the providers for one request. It knows no HTTP and asks nobody; the relay does. */
export abstract class Router {
  /** `candidates` come in `PROVIDERS` order. The first of the result is the one selected; resting ones are left out. */
  abstract order(candidates: readonly Candidate[]): ChatProvider[];
}
