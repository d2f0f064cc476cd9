import type { Message } from '../../wire/message.js';
import type { AnswerLog } from './answer-log.js';

/** An answer as its readers see it: running in this process, or read back from the history. */
export interface ReadableAnswer {
  readonly id: string;
  readonly log: AnswerLog;
  /** Resolves when its last event is in the log. */
  readonly ended: Promise<void>;
  /** A reader starts; a running answer must be told when they leave. */
  enter(): void;
  /** The whole message; only after the log has ended. */
  message(): Message;
}
