import type { AttemptEnded, AttemptStarted } from '../../providers/routing/relay-part.js';
import type { Usage } from '../../wire/answer-event.js';

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
