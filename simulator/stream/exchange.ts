import type { ServerResponse } from 'node:http';
import type { Dialect, PlainReply, Reply } from '../dialects/dialect.js';
import type { ActiveFaults } from '../faults/fault-list.js';
import type { Pace } from '../settings.js';

/** One request on its way to an answer. */
export interface Exchange {
  readonly response: ServerResponse;
  /** Aborts when the response is over or its connection gone. */
  readonly signal: AbortSignal;
  readonly dialect: Dialect;
  readonly faults: ActiveFaults;
  /** Whether a stream was asked for. */
  readonly streams: boolean;
  readonly reply: Reply;
  readonly pace: Pace;
  /** What the provider has against the request itself. */
  readonly refusal: PlainReply | undefined;
  /** Resolves at the provider's `resume()`; rejects when `signal` aborts. */
  resumed(): Promise<unknown>;
  /** Breaks the connection once everything written was handed over: `rst`, or `fin` without the body's end. */
  breakOff(how: 'rst' | 'fin'): Promise<void>;
}
