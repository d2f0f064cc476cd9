import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { addressOf, shareOfAddress } from '../../http/client-address.js';
import { onceClosed } from '../../http/once-closed.js';
import { overloaded, ProblemException } from '../../http/problem.exception.js';
import { resumeStandstillChecks } from '../../http/standstill.js';
import { Tally } from '../../http/tally.js';
import { ERROR_TRAITS, type UsageEvent } from '../../wire/answer-event.js';
import { START } from '../answer/cursor.js';
import { KeepAlive } from './keep-alive.js';
import { LogShelf } from './log-shelf.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';
import { RunningAnswers } from '../answering/running-answers.js';
import type { ChatReplyDto } from '../chat-reply.dto.js';
import { eventStream } from './event-stream.js';

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
  readonly #ofAddresses = new Tally();
  readonly #mostOfAddress: number;
  readonly #seated = new Set<Response>();
  #admitted = 0;
  #open = 0;

  constructor(
    private readonly running: RunningAnswers,
    private readonly keepAlive: KeepAlive,
    private readonly shelf: LogShelf,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    metrics: Metrics,
  ) {
    this.#mostOfAddress = shareOfAddress(config.limits.maxOpenStreams, config.limits);
    this.#openStreams = metrics.gauge('rondo_open_streams');
    this.#openStreams.set(0);
  }

  /** @throws ProblemException 503 or 429 `overloaded` where there are too many, in all or of this address */
  check(request: Request): void {
    if (this.#admitted >= this.config.limits.maxOpenStreams)
      throw overloaded(503, 'Too many answers are being read. Try again in a moment.');
    if (this.#ofAddresses.of(addressOf(request)) >= this.#mostOfAddress)
      throw overloaded(429, `Your address reads ${this.#mostOfAddress} answers. Wait for one of them to end.`);
  }

  /**
   * Lets a reader in before an answer is found or opened for it. It counts until its response closes.
   * @throws ProblemException as {@link check}
   */
  admit(response: Response): void {
    const { req } = response;
    this.check(req);
    const address = addressOf(req);
    this.#count(address, 1);
    onceClosed(response, () => this.#count(address, -1));
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

  #count(address: string, readers: 1 | -1): void {
    this.#admitted += readers;
    this.#ofAddresses.add(address, readers);
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
