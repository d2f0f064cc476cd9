import type { Message } from '../../wire/message.js';
import type { AnswerLog } from './answer-log.js';

/** An answer as its readers see it: running in this process, or read back from the history. */
export interface ReadableAnswer {
  readonly id: string;
  readonly log: AnswerLog;
  /** Counts the caller among the readers until it calls what it gets back. */
  enter(): () => void;
  /** The whole message; to be asked once the log has ended. */
  message(): Message;
}
