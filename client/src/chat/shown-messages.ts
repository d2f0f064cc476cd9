import type { Message } from '../../../src/wire/message.js';
import type { AnswerState } from '../state/answer-state.js';

interface Shown {
  readonly id: string;
  /** The ids of all versions, oldest first; empty if this is the only one. */
  readonly versions: readonly string[];
  /** The service has told the message's id, and its versions if given. */
  identify(id: string, versions?: readonly string[]): void;
  focusVersions(): void;
  mount(): HTMLElement;
  unmount(): void;
}

export interface ShownQuestion extends Shown {
  readonly role: 'user';
  readonly text: string;
  /** Whether `id` is what the service calls it. */
  readonly isStored: boolean;
  /** What its editor holds; undefined where none is open. */
  readonly edited: string | undefined;
  /** Opens its editor, with `text` in it; false where it can't be edited. */
  edit(text: string): boolean;
}

export interface ShownAnswer extends Shown {
  readonly role: 'assistant';
  readonly state: AnswerState;
  update(state: AnswerState): void;
  /** Runs again from the text it has. */
  restart(): void;
}

/** A message of the conversation, which has elements only while it is near what is being read. */
export type ShownMessage = ShownQuestion | ShownAnswer;

/** The messages that the page shows, oldest first. */
export interface ShownMessages {
  readonly entries: readonly ShownMessage[];
  /** Shows these, from the last one up. */
  reset(entries: readonly ShownMessage[]): void;
  /** Puts older messages before all others. */
  prepend(entries: readonly ShownMessage[]): void;
  /** Replaces the message at `index` and all after it by `entries`; gives what was replaced, and shows the end. */
  replaceFrom(index: number, entries: readonly ShownMessage[]): ShownMessage[];
  /** The same, but stays where the reader is. */
  swapFrom(index: number, entries: readonly ShownMessage[]): void;
  /** The same for what has changed elsewhere; who follows the end goes on following it, unless something is edited. */
  renewFrom(index: number, entries: readonly ShownMessage[]): void;
  /** Goes to a message and points it out, with the words of `query` in it; false where it is not here. */
  goTo(id: string, query: string): boolean;
}

/** Makes what the page shows of messages. */
export interface MessageFactory {
  /** Stored messages; `past` ones belong to an earlier version and are only read. */
  stored(messages: readonly Message[], past?: boolean): ShownMessage[];
  question(text: string): ShownQuestion;
  /** An answer that is being written to what `before` says. */
  answer(before: readonly ShownMessage[], id?: string, versions?: readonly string[]): ShownAnswer;
}

/** What the buttons of a message do. */
export interface MessageActions {
  /** Asks the question of this answer once more; `provider` is asked if given. */
  regenerate(answer: ShownAnswer, provider?: string): void;
  /** Has this answer, which was cut short, go on. */
  continue(answer: ShownAnswer): void;
  /** Asks `text` instead of this question. */
  edit(question: ShownQuestion, text: string): void;
  showVersion(message: ShownMessage, id: string): void;
  /** Who could answer. */
  providers(): readonly string[];
}
