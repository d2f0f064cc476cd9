import type { ErrorEvent, FinishReason, Usage } from './answer-event.js';
import type { AttemptRecord } from './attempt.js';
import type { MessageStatus } from './message.js';

/** A piece of an answer; `at` is where it starts, in UTF-16 units of its channel. */
export interface TextPiece {
  readonly channel: 'text' | 'reasoning';
  readonly at: number;
  text: string;
}

/** Which answer it is. */
export interface AnswerName {
  readonly answerId: string;
  /** Where it is stored; absent: nowhere. */
  readonly session?: { readonly userId: string; readonly sessionId: string };
}

/** An answer that starts: its question is stored, and readers may be shown what it says. */
export interface OpenedAnswer extends AnswerName {
  /** The pieces since the last call. Only one observer may take them: the history. */
  readonly takeText: () => TextPiece[];
}

/** An attempt of an answer, as it is now. */
export interface ObservedAttempt extends AnswerName {
  readonly attempt: AttemptRecord;
  /** Of a failure: what went wrong, for logs alone. */
  readonly detail?: string;
}

/** How an answer ended. Milliseconds may be fractions. */
export interface AnswerEnd extends AnswerName {
  readonly status: Exclude<MessageStatus, 'streaming'>;
  readonly finishReason: FinishReason;
  readonly content: string;
  readonly reasoning: string;
  /** Who wrote it. */
  readonly provider?: string;
  readonly model?: string;
  readonly error?: Omit<ErrorEvent, 'type'>;
  /** Absent where no provider began to answer, and until it is counted. */
  readonly usage?: Usage;
  /** From the request's arrival to the first token that readers got. */
  readonly timeToFirstTokenMs?: number;
  readonly durationMs: number;
  readonly attempts: readonly AttemptRecord[];
  /** The attempt that wrote it or, where none wrote anything, that readers were told of last. */
  readonly speaker?: AttemptRecord;
}

/**
 * Is told what happens to every answer of this process, in this order; of one that could not be stored, of its attempts alone. Calls are synchronous and on the answer's path:
 * an observer returns at once and works later. One that throws ends the answer as `internal`.
 */
export interface AnswerObserver {
  opened?(answer: OpenedAnswer): void;
  attemptStarted?(attempt: ObservedAttempt): void;
  /** @param waitedMs from the request's arrival */
  firstToken?(answer: AnswerName, waitedMs: number): void;
  attemptEnded?(attempt: ObservedAttempt): void;
  /** A promise holds up the answer's last event, for a second at most: whoever has seen that finds what was recorded. */
  ended?(end: AnswerEnd): Promise<void> | void;
  /** Follows `ended`, at most half a second later: `usage` is known now. A promise counts as there. */
  counted?(end: AnswerEnd): Promise<void> | void;
}
