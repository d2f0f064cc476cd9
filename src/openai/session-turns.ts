import { Injectable } from '@nestjs/common';
import type { StoredTurn } from '../chat/answering/answer-opening.js';
import { HistoryStore, type SessionKey } from '../history/history-store.js';
import type { ChatMessage } from '../providers/completion.js';
import { newId } from '../wire/ids.js';
import { questionOf } from './question.js';

/** What is stored of a question at the OpenAI door, where it belongs to a session. */
@Injectable()
export class SessionTurns {
  constructor(private readonly history: HistoryStore) {}

  /**
   * While tools are at work the question stays what it was: the answer to their results takes the place of the one that
   * called them, if the session ends with that one.
   */
  async turn(messages: readonly ChatMessage[], session: SessionKey): Promise<StoredTurn> {
    const asked = { question: questionOf(messages), questionId: newId() };
    if (messages.at(-1)?.role !== 'tool') return asked;
    const caller = messages.findLast(({ role }) => role === 'assistant');
    const { messages: latest } = await this.history.messages(session, { limit: 1 });
    const [answer] = latest;
    if (answer?.role !== 'assistant' || answer.content !== caller?.content) return asked;
    const current = await this.history.findMessage(session, answer.id);
    if (current === undefined || current.replaced) return asked;
    const { id, content } = current.question;
    return { question: content, questionId: id, target: { messageId: answer.id, kind: 'answer' } };
  }
}
