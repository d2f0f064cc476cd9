import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { addressOf, shareOfAddress } from '../../http/client-address.js';
import { onceClosed } from '../../http/once-closed.js';
import { overloaded } from '../../http/problem.exception.js';
import { Tally } from '../../http/tally.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';
import { RunningAnswers } from '../answering/running-answers.js';
import { AnswerReader, type ReaderCounts } from './answer-reader.js';
import { KeepAlive } from './keep-alive.js';
import { LogShelf } from './log-shelf.js';

/** Who reads answers in this process, in all and by address. */
@Injectable()
export class AnswerReaders implements ReaderCounts {
  readonly #openStreams: Gauge;
  readonly #ofAddresses = new Tally();
  readonly #mostOfAddress: number;
  readonly #reading = new Set<Response>();
  #admitted = 0;
  #open = 0;

  constructor(
    private readonly running: RunningAnswers,
    readonly keepAlive: KeepAlive,
    readonly shelf: LogShelf,
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
   * Lets a reader in before an answer is found or opened for it. It counts until its response is over, or `read` throws.
   * @throws ProblemException as {@link check}
   */
  async admit<T>(response: Response, read: (reader: AnswerReader) => Promise<T>): Promise<T> {
    const { req } = response;
    this.check(req);
    const address = addressOf(req);
    this.#count(address, 1);
    const taken = new DisposableStack();
    taken.defer(() => this.#count(address, -1));
    onceClosed(response, () => taken.dispose());
    try {
      return await read(new AnswerReader(response, this, taken));
    } catch (error) {
      taken.dispose();
      throw error;
    }
  }

  /** A reader reads an answer until its response is over: leaving is noticed even where nobody subscribed yet. */
  enter(answer: ReadableAnswer, response: Response): () => void {
    const { id } = answer;
    this.#reading.add(response);
    answer.enter();
    // By its id: a response that nobody reads must not keep the answer in memory.
    return () => {
      this.#reading.delete(response);
      this.running.leave(id);
    };
  }

  /** Counts an open stream, until what it returns is called. */
  openStream(): () => void {
    this.#openStreams.set(++this.#open);
    return () => this.#openStreams.set(--this.#open);
  }

  /** Resolves when every reader has been sent the last of its answer, or `deadlineMs` have passed: some read nothing. */
  async served(deadlineMs: number): Promise<void> {
    const closed = [...this.#reading].map((response) => new Promise<void>((resolve) => onceClosed(response, resolve)));
    await Promise.race([Promise.all(closed), delay(deadlineMs, undefined, { ref: false })]);
  }

  #count(address: string, readers: 1 | -1): void {
    this.#admitted += readers;
    this.#ofAddresses.add(address, readers);
  }
}
