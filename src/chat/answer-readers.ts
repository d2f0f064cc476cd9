import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics, type Gauge } from '../metrics/metrics.js';
import { onceClosed } from '../http/once-closed.js';
import { ProblemException } from '../http/problem.exception.js';
import { resumeStandstillChecks } from '../http/standstill.js';
import { ERROR_TRAITS, type UsageEvent } from '../wire/answer-event.js';
import { START } from './answer/cursor.js';
import { KeepAlive } from './answer/keep-alive.js';
import { LogShelf } from './answer/log-shelf.js';
import type { ReadableAnswer } from './answer/readable-answer.js';
import { RunningAnswers } from './answer/running-answers.js';
import type { ChatReplyDto } from './chat-reply.dto.js';
import { eventStream } from './event-stream.js';

/** What a reader waits before it tries again where there are too many. */
const RETRY_AFTER_MS = 1_000;

/** Stopped before any provider began to answer. */
const NOTHING_USED: UsageEvent = {
  type: 'usage',
  tokens: 0,
  accurate: false,
  prompt_tokens: 0,
  completion_tokens: 0,
};

/** Shows answers to whoever is at the other end of a response. */
@Injectable()
export class AnswerReaders {
  readonly #openStreams: Gauge;
  readonly #admitted = new Set<Response>();
  readonly #seated = new Set<Response>();
  #open = 0;

  constructor(
    private readonly running: RunningAnswers,
    private readonly keepAlive: KeepAlive,
    private readonly shelf: LogShelf,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    metrics: Metrics,
  ) {
    this.#openStreams = metrics.gauge('rondo_open_streams');
    this.#openStreams.set(0);
  }

  /**
   * Lets a reader in before an answer is found or opened for it. It counts until its response closes.
   * @throws ProblemException 503 `overloaded` where there are too many
   */
  admit(response: Response): void {
    if (this.#admitted.size >= this.config.limits.maxOpenStreams) {
      const detail = 'Too many answers are being read. Try again in a moment.';
      throw new ProblemException({ status: 503, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
    }
    this.#admitted.add(response);
    onceClosed(response, () => this.#admitted.delete(response));
  }

  /** The answer as events, from `cursor` on. To be called once Nest has begun its stream: after the handler's first `await`. */
  stream(answer: ReadableAnswer, response: Response, cursor = START): Observable<MessageEvent> {
    resumeStandstillChecks(response);
    this.seat(answer, response);
    nameAnswer(answer, response);
    this.opened(response);
    return eventStream(answer, response, { keepAlive: this.keepAlive, shelf: this.shelf }, cursor);
  }

  /**
   * The whole answer once it has ended.
   * @throws ProblemException where it could not be completed
   */
  async whole(answer: ReadableAnswer, response: Response): Promise<ChatReplyDto> {
    this.seat(answer, response);
    nameAnswer(answer, response);
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

  /** Resolves when every reader has been sent the last of its answer, or `deadlineMs` have passed: some read nothing. */
  async served(deadlineMs: number): Promise<void> {
    const closed = [...this.#seated].map((response) => new Promise<void>((resolve) => onceClosed(response, resolve)));
    await Promise.race([Promise.all(closed), delay(deadlineMs, undefined, { ref: false })]);
  }

  /** Counts a stream until it closes. */
  opened(response: Response): void {
    this.#openStreams.set(++this.#open);
    onceClosed(response, () => this.#openStreams.set(--this.#open));
  }

  /** Counts a reader until its response closes. Leaving is noticed even where nobody subscribed yet. */
  seat(answer: ReadableAnswer, response: Response): void {
    const { id } = answer;
    this.#seated.add(response);
    answer.enter();
    // By its id: a response that nobody reads must not keep the answer in memory.
    onceClosed(response, () => {
      this.#seated.delete(response);
      this.running.leave(id);
    });
  }
}

/** Where the reader left meanwhile, Nest has ended the response. */
function nameAnswer({ id }: ReadableAnswer, response: Response): void {
  if (!response.headersSent) response.setHeader('X-Answer-Id', id);
}
