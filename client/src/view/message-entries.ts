import type { Message } from '../../../src/wire/message.js';
import { answerOf, NEW_ANSWER } from '../state/answer-state.js';
import { randomId } from '../state/identity.js';
import { estimateTokens } from '../state/token-estimate.js';
import { AnswerEntry, type AnswerActions } from './answer-entry.js';
import { QuestionEntry, type QuestionActions } from './question-entry.js';
import type { TranscriptEntry } from './transcript-entry.js';

/** As much of the conversation as the service sends along by default. */
const CONTEXT_MESSAGES = 50;

/** Makes the transcript's entries of messages. */
export class MessageEntries {
  constructor(private readonly actions: AnswerActions & QuestionActions) {}

  /** Stored messages; `past` ones belong to an earlier version and are only read. */
  stored(messages: readonly Message[], past = false): TranscriptEntry[] {
    const entries: TranscriptEntry[] = [];
    for (const message of messages)
      entries.push(message.role === 'user' ? this.#asked(message, past) : this.#answered(message, entries, past));
    return entries;
  }

  question(text: string): QuestionEntry {
    return new QuestionEntry({ id: randomId(), text, isStored: false, actions: this.actions });
  }

  #asked({ id, content: text, versions = [] }: Message, past: boolean): QuestionEntry {
    return new QuestionEntry({ id, text, isStored: true, versions, past, actions: this.actions });
  }

  #answered(message: Message, before: readonly TranscriptEntry[], past: boolean): AnswerEntry {
    const { id, versions = [] } = message;
    const state = answerOf(message);
    const { actions } = this;
    return new AnswerEntry({
      id,
      state,
      promptTokens: state.usage ? 0 : promptTokens(before),
      live: false,
      versions,
      past,
      actions,
    });
  }

  /** An answer that is being written to what `before` says. */
  answer(before: readonly TranscriptEntry[], id = randomId(), versions: readonly string[] = []): AnswerEntry {
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
}

/** About how many tokens are sent along with the next answer. */
function promptTokens(entries: readonly TranscriptEntry[]): number {
  let tokens = 0;
  for (const entry of entries.slice(-CONTEXT_MESSAGES)) {
    if (entry instanceof QuestionEntry) tokens += estimateTokens(entry.text);
    else if (entry instanceof AnswerEntry) tokens += estimateTokens(entry.state.text);
  }
  return tokens;
}

export function questionsOf(entries: readonly TranscriptEntry[]): string[] {
  return entries.filter((entry) => entry instanceof QuestionEntry).map((entry) => entry.text);
}
