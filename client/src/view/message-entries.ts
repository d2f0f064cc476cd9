import type { Message } from '../../../src/wire/message.js';
import type { MessageActions, MessageFactory, ShownMessage } from '../chat/shown-messages.js';
import { answerOf, NEW_ANSWER } from '../state/answer-state.js';
import { randomId } from '../state/identity.js';
import { estimateTokens } from '../state/token-estimate.js';
import { AnswerEntry } from './answer-entry.js';
import { QuestionEntry } from './question-entry.js';

/** As much of the conversation as the service sends along by default. */
const CONTEXT_MESSAGES = 50;

/** Makes the transcript's entries of messages. */
export class MessageEntries implements MessageFactory {
  constructor(private readonly actions: MessageActions) {}

  stored(messages: readonly Message[], past = false): ShownMessage[] {
    const entries: ShownMessage[] = [];
    for (const message of messages)
      entries.push(message.role === 'user' ? this.#asked(message, past) : this.#answered(message, entries, past));
    return entries;
  }

  question(text: string): QuestionEntry {
    return new QuestionEntry({ id: randomId(), text, isStored: false, actions: this.actions });
  }

  answer(before: readonly ShownMessage[], id = randomId(), versions: readonly string[] = []): AnswerEntry {
    const { actions } = this;
    return new AnswerEntry({
      id,
      state: NEW_ANSWER,
      promptTokens: promptTokens(before),
      live: true,
      versions,
      actions,
    });
  }

  #asked({ id, content: text, versions = [] }: Message, past: boolean): QuestionEntry {
    return new QuestionEntry({ id, text, isStored: true, versions, past, actions: this.actions });
  }

  #answered(message: Message, before: readonly ShownMessage[], past: boolean): AnswerEntry {
    const { id, versions = [] } = message;
    const { actions } = this;
    const state = answerOf(message);
    const sent = state.usage ? 0 : promptTokens(before);
    return new AnswerEntry({ id, state, promptTokens: sent, live: false, versions, past, actions });
  }
}

/** About how many tokens are sent along with the next answer. */
function promptTokens(entries: readonly ShownMessage[]): number {
  return entries
    .slice(-CONTEXT_MESSAGES)
    .reduce((sum, entry) => sum + estimateTokens(entry.role === 'user' ? entry.text : entry.state.text), 0);
}
