import type { AttemptEnded, AttemptStarted } from '../../providers/routing/relay-part.js';
import type { Usage } from '../../wire/answer-event.js';

/** One try at a provider, as it becomes part of an answer's record. */
export interface AttemptRecord {
  readonly started: AttemptStarted;
  /** UTF-16 units of text and reasoning that stood before it. */
  readonly textFrom: number;
  readonly reasoningFrom: number;
  /** Readers got something of it. */
  heard?: true;
  /** That was text or a tool call, not thinking alone. */
  wrote?: true;
  ended?: AttemptEnded;
  /** Known once the answer has ended. */
  usage?: Usage;
}

/**
 * The last attempt that wrote text; where none has, the last of whose thinking readers got anything; else the one that
 * completed the answer.
 */
export function writerOf(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  const writer = attempts.findLast(({ wrote }) => wrote) ?? attempts.findLast(({ heard }) => heard);
  return writer ?? attempts.find(({ ended }) => ended?.outcome === 'ok');
}
