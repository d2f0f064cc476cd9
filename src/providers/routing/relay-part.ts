import type { AttemptRecord } from '../../wire/attempt.js';
import type { CompletionFinish, ToolCallPart } from '../completion.js';

/** An attempt as the relay knows it; where its text stands in the answer, the answer's log knows. */
export type RelayedAttempt = Omit<AttemptRecord, 'textFrom' | 'reasoningFrom'>;

/** What the relay tells of one answer: the text of whichever provider speaks, and who was asked. */
export type RelayPart =
  /** One that readers are not told of may be reported when it is already over. */
  | { type: 'attempt-started'; attempt: RelayedAttempt }
  | EndedAttempt
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | ToolCallPart
  | { type: 'finish'; reason: CompletionFinish };

/**
 * An attempt is over. `hedge-lost`: a second provider was asked beside a late one and did not become the answer's writer;
 * it is reported only now, and readers are never told of it.
 */
export interface EndedAttempt {
  type: 'attempt-ended' | 'hedge-lost';
  attempt: RelayedAttempt;
  /** Why it failed, for logs alone: our own words. */
  detail?: string;
}
