import type { AttemptEnded, AttemptStarted } from '../../providers/routing/relay-part.js';
import { isAnnounced, type Usage } from '../../wire/answer-event.js';

/** One try at a provider, as it becomes part of an answer's record. */
export interface AttemptRecord {
  readonly started: AttemptStarted;
  /** UTF-16 units of text and reasoning that stood before it. */
  readonly textFrom: number;
  readonly reasoningFrom: number;
  ended?: AttemptEnded;
  /** Known once the answer has ended. */
  usage?: Usage;
}

/** The attempt that completed the answer, else the last of which readers got anything. */
export function writerOf(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  const said = ({ started, ended }: AttemptRecord) =>
    isAnnounced(started.reason) && ended?.timeToFirstTokenMs !== undefined;
  return attempts.find(({ ended }) => ended?.outcome === 'ok') ?? attempts.findLast(said);
}
