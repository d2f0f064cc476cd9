import { Injectable } from '@nestjs/common';
import type { Answer } from '../chat/answer/answer.js';
import { replacedMeanwhile } from '../chat/answering/asked-turns.js';
import { HistoryStore, MessageReplacedError, type NewTurn, type SessionKey } from '../history/history-store.js';
import { titleOf } from '../history/session-title.js';
import type { ChatMessage } from '../providers/completion.js';
import { newId } from '../wire/ids.js';
import { questionOf } from './question.js';

/** Stores what is asked at the OpenAI door, where it belongs to a session. */
@Injectable()
export class SessionTurns {
  constructor(private readonly history: HistoryStore) {}

  /** @throws ProblemException 409 where somebody else changes the end of the session at the same moment */
  async open(messages: readonly ChatMessage[], session: SessionKey, answer: Answer): Promise<void> {
    const turn = await this.#turn(messages, session);
    const opening = { ...session, ...turn, answerId: answer.id, title: titleOf(turn.question), at: answer.createdAt };
    await this.history.openTurn(opening).catch((error: unknown) => {
      throw error instanceof MessageReplacedError ? replacedMeanwhile() : error;
    });
  }

  /**
   * While tools are at work the question stays what it was: the answer to their results takes the place of the one that
   * called them, if the session ends with that one.
   */
  async #turn(
    messages: readonly ChatMessage[],
    session: SessionKey,
  ): Promise<Pick<NewTurn, 'question' | 'questionId' | 'place'>> {
    const asked = { question: questionOf(messages), questionId: newId() };
    if (messages.at(-1)?.role !== 'tool') return asked;
    const caller = messages.findLast(({ role }) => role === 'assistant');
    const { messages: latest } = await this.history.messages(session, { limit: 1 });
    const [answer] = latest;
    if (answer?.role !== 'assistant' || answer.content !== caller?.content) return asked;
    const standing = await this.history.standing(session, answer.id);
    if (standing === undefined || standing.replaced) return asked;
    const { id, content } = standing.question;
    return { question: content, questionId: id, place: { messageId: answer.id, kind: 'answer' } };
  }
}
