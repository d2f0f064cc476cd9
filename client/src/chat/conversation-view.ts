import type { Message } from '../../../src/wire/message.js';
import { answerOf, type AnswerState } from '../state/answer-state.js';
import { estimateTokens } from '../state/token-estimate.js';
import { AnswerEntry, QuestionEntry, type TranscriptEntry } from '../view/transcript-entry.js';

/** As much of the conversation as the service sends along by default. */
const CONTEXT_MESSAGES = 50;

/** The entries of stored messages; `retry` asks the given question again. */
export function entriesOf(messages: readonly Message[], retry: (question: string) => void): TranscriptEntry[] {
  let question = '';
  return messages.map((message) => {
    if (message.role === 'user') {
      question = message.content;
      return new QuestionEntry(message.id, message.content);
    }
    return answerEntry(message.id, answerOf(message), question, retry, 0, false);
  });
}

export function answerEntry(
  id: string,
  state: AnswerState,
  question: string,
  retry: (question: string) => void,
  promptTokens: number,
  live: boolean,
): AnswerEntry {
  return new AnswerEntry({ id, state, promptTokens, live, retry: () => retry(question) });
}

/** About how many tokens are sent along with the next answer. */
export function promptTokens(entries: readonly TranscriptEntry[]): number {
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
