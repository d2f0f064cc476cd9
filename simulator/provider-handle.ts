import type { FaultSpec } from './faults/fault-spec.js';
import type { RecordedRequest } from './http/recorded-request.js';
import type { ProviderName, ProviderSettings } from './settings.js';

/** One simulated provider on a loopback port of its own. */
export interface ProviderHandle {
  readonly name: ProviderName;
  /** What `<NAME>_BASE_URL` is to be, without a trailing slash. */
  readonly baseUrl: string;
  /** The origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly settings: Readonly<ProviderSettings>;
  /** Whether it refuses connections (a `refuse` fault). */
  readonly refusing: boolean;
  /** Adds a fault; effective for requests that arrive after the promise settled. Rejects what is no valid fault. */
  fault(spec: FaultSpec): Promise<void>;
  /** The faults that are still to come. */
  faults(): readonly FaultSpec[];
  /** Forgets all faults and listens again if it refused. Requests already hanging stay so. */
  clear(): Promise<void>;
  /** Continues the streams that a `stall` with `held` stopped. */
  resume(): void;
  /** Changes how it answers from the next request on. */
  configure(settings: Partial<ProviderSettings>): void;
  /** The last 1,000 requests, oldest first. */
  requests(): readonly RecordedRequest[];
  forgetRequests(): void;
  /** Requests being answered right now. */
  running(): number;
  close(): Promise<void>;
}
