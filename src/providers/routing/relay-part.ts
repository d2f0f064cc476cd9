import type { AttemptReason, ErrorCode, Usage } from '../../wire/answer-event.js';
import type { CompletionFinish, ToolCallPart } from '../completion.js';

/** How far an attempt had come when it failed. */
export type FailoverPhase = 'connect' | 'first_token' | 'mid_answer';

/** An attempt starts; one that readers are not told of may be reported when it is already over. */
export interface AttemptStarted {
  type: 'attempt-started';
  /** 0, 1, 2 … within the answer. */
  n: number;
  provider: string;
  model: string;
  reason: AttemptReason;
  /** The provider that failed before, and how. */
  from?: string;
  fromCode?: ErrorCode;
  /** Unix milliseconds. */
  at: number;
}

export interface AttemptEnded {
  type: 'attempt-ended';
  n: number;
  provider: string;
  model: string;
  outcome: 'ok' | 'failed' | 'cancelled';
  code?: ErrorCode;
  /** What the provider reported; absent where it reported nothing. */
  usage?: Usage;
  durationMs: number;
  timeToFirstTokenMs?: number;
  /** Unix milliseconds. */
  at: number;
}

/**
 * A second provider was asked beside a late one and did not become the answer's writer. It is reported once, after its
 * end; readers are never told of it.
 */
export interface HedgeLost extends Omit<AttemptEnded, 'type'> {
  type: 'hedge-lost';
  /** The late provider. */
  from: string;
  /** Unix milliseconds. */
  startedAt: number;
}

/** What the relay tells of one answer: the text of whichever provider speaks, and who was asked. */
export type RelayPart =
  | AttemptStarted
  | AttemptEnded
  | HedgeLost
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | ToolCallPart
  | { type: 'finish'; reason: CompletionFinish };
