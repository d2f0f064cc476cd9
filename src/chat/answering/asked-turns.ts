import { Injectable } from '@nestjs/common';
import { HistoryStore, type SessionMessage, type TurnTarget } from '../../history/history-store.js';
import { ProblemException } from '../../http/problem.exception.js';
import { sessionOf, type Caller } from '../../identity/caller.js';
import { newId } from '../../wire/ids.js';
import type { Message } from '../../wire/message.js';
import { AnswerFinder } from '../reading/answer-finder.js';
import { replacedMeanwhile, type StoredTurn } from './answer-opening.js';
import type { CarriedAnswer } from './answer-writer.js';
import type { ChatRequestDto } from '../chat-request.dto.js';

/** What a request asks: something new, or a question that is in the session already. */
export interface AskedTurn extends StoredTurn {
  /** The answer that is continued. */
  readonly carried?: CarriedAnswer;
}

interface Target extends TurnTarget {
  continues: boolean;
}

const CUT_SHORT: ReadonlySet<Message['status']> = new Set(['interrupted', 'failed', 'stopped']);

/** Understands `message`, `replaces`, `regenerate` and `continue_from`. */
@Injectable()
export class AskedTurns {
  constructor(
    private readonly history: HistoryStore,
    private readonly finder: AnswerFinder,
  ) {}

  /**
   * While an answer of the session runs, the result may change: {@link resolve} looks again.
   * @throws ProblemException 404, 409 or 400 where the message that the request names is not one that it may name
   */
  async understand(caller: Caller, body: ChatRequestDto): Promise<AskedTurn> {
    const named = targetOf(body);
    const own = { questionId: newId(), question: (body.message ?? '').toWellFormed() };
    if (named === undefined) return own;
    const { messageId, kind, continues } = named;
    const { message, question } = await this.#find(caller, body, named);
    const target = { messageId, kind };
    if (kind === 'question') return { ...own, target };
    const asked = { questionId: question.id, question: question.content, target };
    return continues && message.status !== 'streaming' ? { ...asked, carried: carriedFrom(message) } : asked;
  }

  /**
   * The same once the session is claimed: none of its answers runs here any more.
   * @throws ProblemException as above; 503 while another process still writes the answer that is to be replaced
   */
  async resolve(caller: Caller, body: ChatRequestDto, asked: AskedTurn): Promise<AskedTurn> {
    const target = targetOf(body);
    if (target?.kind !== 'answer') return asked;
    const { message } = await this.#find(caller, body, target);
    const ended = message.status === 'streaming' ? (await this.finder.find(caller, message.id)).message() : message;
    return target.continues ? { ...asked, carried: carriedFrom(ended) } : asked;
  }

  async #find(caller: Caller, { session_id }: ChatRequestDto, target: Target): Promise<SessionMessage> {
    const found = await this.history.findMessage(sessionOf(caller, session_id), target.messageId);
    if (found?.message.role !== (target.kind === 'answer' ? 'assistant' : 'user')) {
      const detail = `There is no such ${target.kind} in this session.`;
      throw new ProblemException({ status: 404, code: 'not_found', detail });
    }
    if (found.replaced) throw replacedMeanwhile();
    return found;
  }
}

function targetOf({ regenerate, continue_from, replaces }: ChatRequestDto): Target | undefined {
  if (replaces != null) return { messageId: replaces, kind: 'question', continues: false };
  const messageId = regenerate ?? continue_from;
  return messageId == null ? undefined : { messageId, kind: 'answer', continues: regenerate == null };
}

function carriedFrom({ status, finish_reason, content, ...more }: Message): CarriedAnswer {
  if (!CUT_SHORT.has(status) && finish_reason !== 'length')
    throw notContinuable('This answer is whole. Only one that was cut short can be continued.');
  if (content.trim() === '')
    throw notContinuable('This answer has no text that could be continued. Send its id as `regenerate` instead.');
  const { reasoning = '', provider, model, error } = more;
  return {
    text: content,
    reasoning,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(error === undefined ? {} : { code: error.code }),
  };
}

function notContinuable(detail: string): ProblemException {
  const errors = [{ path: 'continue_from', message: detail }];
  return new ProblemException({ status: 400, code: 'invalid_request', detail, errors });
}
