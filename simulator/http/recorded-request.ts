import type { FaultKind } from '../faults/fault-spec.js';
import type { ProviderName } from '../settings.js';

/** One request a simulated provider got. Never holds the key. */
export interface RecordedRequest {
  /** Counts up over all requests of this provider, from 1. */
  readonly number: number;
  readonly provider: ProviderName;
  /** Milliseconds UTC at which the whole request was there. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Lower-case names; the value of `authorization` is `Bearer ***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `accepted`: the expected key, or any where none is expected. */
  readonly key: 'absent' | 'accepted' | 'wrong';
  /** The parsed JSON body; undefined where it is no JSON. */
  readonly body: unknown;
  /** The user's question, also where the request asks to continue a partial answer. */
  readonly question: string;
  /** Whether it asks to continue a partial answer, and how. */
  readonly continuation: 'none' | 'prefix' | 'instruction';
  /** Kinds of the faults that applied. */
  faults: FaultKind[];
  /** The response's status, once sent. */
  status?: number;
  /** When the response was whole, or the simulator broke it off. */
  endedAt?: number;
  /** When the client closed its socket before the response's end. */
  closedByClientAt?: number;
}
