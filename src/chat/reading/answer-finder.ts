import { Injectable } from '@nestjs/common';
import { HistoryStore, type StoredAnswer } from '../../history/history-store.js';
import { overloaded, ProblemException } from '../../http/problem.exception.js';
import type { Caller } from '../../identity/caller.js';
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

  /** @throws ProblemException as {@link read}; 404 where this caller may not read it */
  async find(caller: Caller, answerId: string): Promise<ReadableAnswer> {
    if (!this.#mayReach(caller, answerId)) throw notFound();
    return this.read(answerId);
  }

  /**
   * Stops an answer; one that has ended stays as it is.
   * @throws ProblemException as {@link find}
   */
  async stop(caller: Caller, answerId: string): Promise<void> {
    const running = this.#mayReach(caller, answerId) ? this.running.get(answerId) : undefined;
    if (running === undefined) await this.find(caller, answerId);
    else running.stop('stopped');
  }

  /**
   * For a reader who was let in already. All who look for one stored answer at the same time share what is read: a crowd of
   * readers costs as much as one.
   * @throws ProblemException 404 where there is none; 503 where too many are looked for, or while another process, on its way out, still writes it
   */
  async read(answerId: string): Promise<ReadableAnswer> {
    const running = this.running.get(answerId);
    if (running !== undefined) return running;
    const begun = this.#finding.get(answerId);
    if (begun !== undefined) return begun;
    const finding = this.#findStored(answerId).finally(() => this.#finding.delete(answerId));
    this.#finding.set(answerId, finding);
    return finding;
  }

  /** The one place that decides who may read or stop an answer: whoever knows its id, which nobody can guess. */
  #mayReach(_caller: Caller, _answerId: string): boolean {
    return true;
  }

  async #findStored(answerId: string): Promise<ReadableAnswer> {
    const stored = await this.#read(answerId);
    if (stored === undefined) throw notFound();
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

function notFound(): ProblemException {
  return new ProblemException({ status: 404, code: 'not_found', detail: 'There is no such answer.' });
}
