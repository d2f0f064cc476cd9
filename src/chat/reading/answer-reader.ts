import type { MessageEvent } from '@nestjs/common';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { ProblemException } from '../../http/problem.exception.js';
import { resumeStandstillChecks } from '../../http/standstill.js';
import { ERROR_TRAITS, type UsageEvent } from '../../wire/answer-event.js';
import { START } from '../answer/cursor.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';
import type { ChatReplyDto } from '../chat-reply.dto.js';
import { eventStream, type StreamParts } from './event-stream.js';

/** Stopped before any provider began to answer. */
const NOTHING_USED: UsageEvent = {
  type: 'usage',
  tokens: 0,
  accurate: false,
  prompt_tokens: 0,
  completion_tokens: 0,
};

/** Where readers are counted; each call gives back how to count them no more. */
export interface ReaderCounts extends StreamParts {
  enter(answer: ReadableAnswer, response: Response): () => void;
  openStream(): () => void;
}

/** Somebody at the other end of a response who was let in to read one answer. */
export class AnswerReader {
  /** @param taken what is given back when the response is over */
  constructor(
    private readonly response: Response,
    private readonly counts: ReaderCounts,
    private readonly taken: DisposableStack,
  ) {}

  /** The answer as events, from `cursor` on. To be called once Nest has begun its stream: after the handler's first `await`. */
  stream(answer: ReadableAnswer, cursor = START): Observable<MessageEvent> {
    resumeStandstillChecks(this.response);
    this.enter(answer);
    this.#nameAnswer(answer);
    this.openStream();
    return eventStream(answer, this.response, this.counts, cursor);
  }

  /**
   * The whole answer once it has ended.
   * @throws ProblemException where it could not be completed
   */
  async whole(answer: ReadableAnswer): Promise<ChatReplyDto> {
    this.enter(answer);
    this.#nameAnswer(answer);
    await answer.ended;
    const message = answer.message();
    const { error } = message;
    if (error !== undefined) {
      const retry = error.retry_after_ms === undefined ? {} : { retryAfterMs: error.retry_after_ms };
      const { status } = ERROR_TRAITS[error.code];
      throw new ProblemException({ status, code: error.code, detail: error.message, ...retry });
    }
    const { type: _, ...usage } = answer.log.usage ?? NOTHING_USED;
    return { message, usage };
  }

  /** It reads the answer from now on. */
  enter(answer: ReadableAnswer): void {
    this.#until(this.counts.enter(answer, this.response));
  }

  /** It reads it as a stream. */
  openStream(): void {
    this.#until(this.counts.openStream());
  }

  /** The reader may have left already: then it is over at once. */
  #until(over: () => void): void {
    if (this.taken.disposed) over();
    else this.taken.defer(over);
  }

  /** Where the reader left meanwhile, Nest has ended the response. */
  #nameAnswer({ id }: ReadableAnswer): void {
    if (!this.response.headersSent) this.response.setHeader('X-Answer-Id', id);
  }
}
