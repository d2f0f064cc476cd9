import type {
  MessageFactory,
  ShownAnswer,
  ShownMessage,
  ShownMessages,
  ShownQuestion,
} from '../../client/src/chat/shown-messages.js';
import { answerOf, NEW_ANSWER, type AnswerState } from '../../client/src/state/answer-state.js';

/** What the page shows, without a page. */
export class ShownList implements ShownMessages {
  entries: ShownMessage[] = [];

  reset(entries: readonly ShownMessage[]): void {
    this.entries = [...entries];
  }

  prepend(entries: readonly ShownMessage[]): void {
    this.entries.unshift(...entries);
  }

  replaceFrom(index: number, entries: readonly ShownMessage[]): ShownMessage[] {
    return this.entries.splice(index, Infinity, ...entries);
  }

  swapFrom(index: number, entries: readonly ShownMessage[]): void {
    this.replaceFrom(index, entries);
  }

  renewFrom(index: number, entries: readonly ShownMessage[]): void {
    this.replaceFrom(index, entries);
  }

  goTo(id: string): boolean {
    return this.entries.some((entry) => entry.id === id);
  }

  /** The texts that are shown, in order. */
  get texts(): string[] {
    return this.entries.map((entry) => (entry.role === 'user' ? entry.text : entry.state.text));
  }
}

let made = 0;

/** Makes messages that are only data. */
export const shownFactory: MessageFactory = {
  stored: (messages) =>
    messages.map((message) =>
      message.role === 'user'
        ? question(message.id, message.content, true, message.versions)
        : answer(message.id, answerOf(message), message.versions),
    ),
  question: (text) => question(`page-${String(made++)}`, text, false),
  answer: (_before, id = `page-${String(made++)}`, versions = []) => answer(id, NEW_ANSWER, versions),
};

const nowhere = {
  focusVersions: () => undefined,
  mount: () => {
    throw new Error('there is no page');
  },
  unmount: () => undefined,
};

function question(id: string, text: string, isStored: boolean, versions: readonly string[] = []): ShownQuestion {
  const edited: string | undefined = undefined;
  const shown = { ...nowhere, role: 'user' as const, id, text, isStored, versions, edited };
  return Object.assign(shown, {
    identify: (storedId: string, all = shown.versions) =>
      void Object.assign(shown, { id: storedId, isStored: true, versions: all }),
    edit: (changed: string) => Boolean(Object.assign(shown, { edited: changed })),
  });
}

function answer(id: string, state: AnswerState, versions: readonly string[] = []): ShownAnswer {
  const shown = { ...nowhere, role: 'assistant' as const, id, state, versions };
  return Object.assign(shown, {
    identify: (storedId: string, all = shown.versions) => void Object.assign(shown, { id: storedId, versions: all }),
    update: (next: AnswerState) => void (shown.state = next),
    restart: () => void (shown.state = { ...NEW_ANSWER, text: shown.state.text }),
  });
}
