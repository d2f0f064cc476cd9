import type { AttemptReason, ErrorCode } from '../../wire/answer-event.js';
import type { CompletionFinish, ReportedUsage, ToolCallPart } from '../completion.js';

/** An attempt begins; one that readers are not told of may be reported when it is over already. */
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
  usage?: ReportedUsage;
  durationMs: number;
  timeToFirstTokenMs?: number;
  at: number;
}

/** What the relay tells of one answer: the text of whichever provider speaks, and who was asked. */
export type RelayPart =
  | AttemptStarted
  | AttemptEnded
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | ToolCallPart
  | { type: 'finish'; reason: CompletionFinish };
