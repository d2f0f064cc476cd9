import type { ErrorCode } from '../../wire/answer-event.js';
import type { ChatCompletionRequest } from '../completion.js';
import type { AttemptTrail } from './attempt-trail.js';
import type { RelayPart } from './relay-part.js';
import type { RoutingCaller } from './router.js';

/** One answer to be completed: what is asked, by whom, and where it stands. */
export interface RelayTask {
  readonly request: ChatCompletionRequest;
  readonly caller: RoutingCaller;
  /** Only this provider: no rotation, no failover. */
  readonly pinned?: string;
  readonly shown: ShownSoFar;
  readonly answerId: string;
  /** Whose answer the first attempt continues, and how that one failed, if it did. */
  readonly continues?: Predecessor;
  /** Once it aborts, no answer waits for another round. */
  readonly closing?: AbortSignal;
  /** Receives everything, as it comes: one array of parts per read of a provider's socket. */
  say(parts: readonly RelayPart[]): void;
}

/** What readers were shown so far; the relay only reads it, the answer's log owns it. */
export interface ShownSoFar {
  readonly text: string;
  readonly reasoning: string;
  /** Part of a tool call was shown: nobody else can continue that. */
  readonly calledTools?: boolean;
}

/** Who wrote what an attempt continues; a provider whose name is no longer known is left out. */
export interface Predecessor {
  readonly provider?: string;
  readonly code?: ErrorCode;
  /** What it wrote; it is shown before the first attempt says anything. */
  readonly text: string;
}

/** A task while the relay works on it. */
export interface RelayRun {
  readonly task: RelayTask;
  readonly trail: AttemptTrail;
  readonly signal: AbortSignal;
}
