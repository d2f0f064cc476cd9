import { Injectable } from '@nestjs/common';
import { HistoryStore, type StoredAnswer } from '../../history/history-store.js';
import { overloaded, ProblemException } from '../../http/problem.exception.js';
import { Slots } from '../../limits/slots.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';
import { RunningAnswers } from '../answering/running-answers.js';
import { storedAnswer } from './stored-answer.js';

const RUNS_ELSEWHERE_RETRY_MS = 1_000;
/** A stored answer is read whole, and may have millions of characters. */
const READ_AT_ONCE = 8;
const MOST_WAITING = 8_000;
const LONGEST_WAIT_MS = 5_000;

/** Finds an answer by its id, wherever it is: running here, or in the history. */
@Injectable()
export class AnswerFinder {
  readonly #reads = new Slots(READ_AT_ONCE, MOST_WAITING);
  readonly #finding = new Map<string, Promise<ReadableAnswer>>();
  #recovery: Promise<number> | undefined;

  constructor(
    private readonly running: RunningAnswers,
    private readonly history: HistoryStore,
  ) {}

  /**
   * All who look for one stored answer at the same time share what is read: a crowd of readers costs as much as one.
   * @throws ProblemException 404 where there is none; 503 where too many are looked for, or while another process, on its way out, still writes it
   */
  async find(answerId: string): Promise<ReadableAnswer> {
    const running = this.running.get(answerId);
    if (running !== undefined) return running;
    const begun = this.#finding.get(answerId);
    if (begun !== undefined) return begun;
    const finding = this.#findStored(answerId).finally(() => this.#finding.delete(answerId));
    this.#finding.set(answerId, finding);
    return finding;
  }

  async #findStored(answerId: string): Promise<ReadableAnswer> {
    const stored = await this.#read(answerId);
    if (stored === undefined)
      throw new ProblemException({ status: 404, code: 'not_found', detail: 'There is no such answer.' });
    if (stored.message.status !== 'streaming') return storedAnswer(stored);
    // It may have been claimed here between the two look-ups.
    const begun = this.running.get(answerId);
    if (begun !== undefined) return begun;
    await this.#recoverAbandoned();
    const recovered = await this.#read(answerId);
    if (recovered !== undefined && recovered.message.status !== 'streaming') return storedAnswer(recovered);
    throw new ProblemException({
      status: 503,
      code: 'server_draining',
      detail: 'Another process is still writing this answer. Try again in a moment.',
      retryAfterMs: RUNS_ELSEWHERE_RETRY_MS,
    });
  }

  async #read(answerId: string): Promise<StoredAnswer | undefined> {
    const release = await this.#reads.take('', AbortSignal.timeout(LONGEST_WAIT_MS)).catch(() => {
      throw overloaded(503, 'Too many answers are being looked for. Try again in a moment.');
    });
    try {
      return await this.history.findAnswer(answerId);
    } finally {
      release();
    }
  }

  /** The process that wrote it may have been killed since this one began. All who ask meanwhile share one look. */
  #recoverAbandoned(): Promise<number> {
    this.#recovery ??= this.history.recoverAbandoned().finally(() => (this.#recovery = undefined));
    return this.#recovery;
  }
}
