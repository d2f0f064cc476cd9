import type { AttemptRecord } from '../../wire/attempt.js';

/** One attempt of an answer that is generated here: its record, and what readers got of it. */
export interface AnswerAttempt {
  readonly record: AttemptRecord;
  /** Readers got something of it. */
  heard?: true;
  /** That was text or a tool call, not reasoning alone. */
  wrote?: true;
}

/** The last attempt that wrote text; without one, the last that readers got reasoning of; else the one that completed the answer. */
export function writerOf(attempts: readonly AnswerAttempt[]): AttemptRecord | undefined {
  const writer = attempts.findLast(({ wrote }) => wrote) ?? attempts.findLast(({ heard }) => heard);
  return (writer ?? attempts.find(({ record }) => record.outcome === 'ok'))?.record;
}
