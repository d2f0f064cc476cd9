import type { AttemptReason, ErrorCode, Usage } from './answer-event.js';
import type { MessageAttempt } from './message.js';

export type AttemptOutcome = 'ok' | 'failed' | 'cancelled';

/**
 * One attempt at an answer: what the history stores and observers are told. What is known at its end alone is absent
 * while it runs. Every milliseconds field may be a fraction; whoever stores or shows one rounds it.
 */
export interface AttemptRecord {
  /** 0, 1, 2 … within the answer. */
  readonly n: number;
  readonly provider: string;
  readonly model: string;
  readonly reason: AttemptReason;
  /** The provider that failed before, and how. */
  readonly from?: string;
  readonly fromCode?: ErrorCode;
  /** UTF-16 units of the answer's text and reasoning that stood before this attempt. */
  readonly textFrom: number;
  readonly reasoningFrom: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  outcome: AttemptOutcome | 'running';
  code?: ErrorCode;
  /** What the provider reported, or a local estimate; known once the answer has ended. */
  usage?: Usage;
  durationMs?: number;
  /** From the request to the provider's first token; absent where there was none. */
  timeToFirstTokenMs?: number;
}

/** An attempt in the shape in which `GET /history` tells it. */
export function messageAttempt(attempt: AttemptRecord): MessageAttempt {
  const { provider, model, reason, outcome, code, usage, timeToFirstTokenMs } = attempt;
  return {
    provider,
    model,
    reason,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(usage === undefined ? {} : { tokens: usage.tokens, accurate: usage.accurate }),
    ...(timeToFirstTokenMs === undefined ? {} : { time_to_first_token_ms: Math.round(timeToFirstTokenMs) }),
    duration_ms: Math.max(0, Math.round(attempt.durationMs ?? Date.now() - attempt.startedAt)),
  };
}
