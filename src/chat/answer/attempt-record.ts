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
  ended?: AttemptEnded;
  /** Known once the answer has ended. */
  usage?: Usage;
}

/** The last attempt of which readers got anything; where they got nothing, the one that completed the answer. */
export function writerOf(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  return attempts.findLast(({ heard }) => heard) ?? attempts.find(({ ended }) => ended?.outcome === 'ok');
}
