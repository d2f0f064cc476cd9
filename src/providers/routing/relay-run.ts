import type { ErrorCode } from '../../wire/answer-event.js';
import type { ChatCompletionRequest } from '../completion.js';
import type { AttemptTrail } from './attempt-trail.js';
import type { RelayPart } from './relay-part.js';

/** What readers were shown so far; the relay only looks at it, the answer's log owns it. */
export interface ShownSoFar {
  readonly text: string;
  readonly reasoning: string;
  /** Some of a tool call was shown: nobody else can go on with that. */
  readonly calledTools?: boolean;
}

/** Who wrote what an attempt goes on from; a provider whose name is not known any more is left out. */
export interface Predecessor {
  readonly provider?: string;
  readonly code?: ErrorCode;
  /** What it wrote; it is shown before the first attempt says anything. */
  readonly text: string;
}

/** One answer on its way: what is asked, who was asked, what ends it. */
export interface RelayRun {
  readonly request: ChatCompletionRequest;
  readonly shown: ShownSoFar;
  readonly answerId: string;
  readonly continues?: Predecessor;
  readonly trail: AttemptTrail;
  readonly signal: AbortSignal;
  /** Is told everything, as it comes: one array per read of a provider's socket. */
  say(parts: RelayPart[]): void;
}
