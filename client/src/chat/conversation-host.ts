import type { QuestionSettings } from '../api/chat-api.js';
import type { GONE } from './refusals.js';
import type { ShownAnswer } from './shown-messages.js';

/** What was asked could not be; `again` asks it once more. */
export interface Refusal {
  readonly error: unknown;
  /** The text goes back to its writer. */
  readonly text?: string;
  readonly again: () => void;
}

/** What a conversation asks of the page around it, and tells it. */
export interface ConversationHost {
  /** The settings that the next question is sent with. */
  settings(): QuestionSettings;
  /** Who could answer. */
  providers(): readonly string[];
  /** Something is about to be asked, and what had the focus may be gone. */
  asking(): void;
  /** What was asked could not be sent yet. */
  delayed(): void;
  refused(refusal: Refusal): void;
  /** Keeps a text for the message box of its session. */
  giveBack(text: string, sessionId: string): void;
  loadFailed(error: unknown): void;
  /** What could not be loaded before is there. */
  loaded(): void;
  started(): void;
  ended(answer: ShownAnswer): void;
  /** The session that was to be shown is not there, or not any more; what was being written there is kept. */
  gone(why: keyof typeof GONE, texts: readonly string[]): void;
  /** An earlier version is shown, and what is asked goes on from version `current`; undefined: from what is shown. */
  reading(current: number | undefined): void;
}
