import { HistoryUnavailableError } from '../history-store.js';
import { WriteJob, type Transaction, type WriteOptions } from './write-job.js';

/** Whose turn is next: all `checkpoint`s before any `question`, all of those before any `other`. */
const PRIORITIES = ['checkpoint', 'question', 'other'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface QueuedWrite<T> extends WriteOptions<T> {
  /** Absent: `other`. */
  readonly priority?: Priority | undefined;
}

/** What a line of the queue needs of a job, whatever its result. */
type Queued = Pick<WriteJob<unknown>, 'run' | 'refuse'>;

/**
 * All writes, one at a time: the database has one writing connection, and concurrent work would join whatever
 * transaction is open. Nobody waits for ever: a job that is late is refused, also while the database is busy with it.
 */
export class WriteQueue {
  readonly #lines: Readonly<Record<Priority, Set<Queued>>> = {
    checkpoint: new Set(),
    question: new Set(),
    other: new Set(),
  };
  #current: Promise<void> | undefined;
  #closed = false;
  #lastCommitAt = -Infinity;

  /** @param limit how many jobs of each priority may wait */
  constructor(private readonly limit = 5_000) {}

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Rejects with {@link HistoryUnavailableError} after `deadlineMs` in which nothing was written, when too many of its
   * priority wait, and when the queue is closed.
   */
  run<T>(transaction: Transaction<T>, { priority = 'other', ...options }: QueuedWrite<T>): Promise<T> {
    const line = this.#lines[priority];
    if (this.#closed) return Promise.reject(new HistoryUnavailableError('the database is closed'));
    if (line.size >= this.limit) return Promise.reject(new HistoryUnavailableError('too many writes wait'));
    const job = new WriteJob(
      transaction,
      options,
      () => this.#lastCommitAt,
      () => line.delete(job),
    );
    line.add(job);
    this.#current ??= this.#work();
    return job.outcome;
  }

  /** Refuses what waits and what comes; resolves when the running job has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const priority of PRIORITIES)
      for (const job of [...this.#lines[priority]]) job.refuse('the database is closed');
    await this.#current;
  }

  async #work(): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next())
      if (await job.run()) this.#lastCommitAt = performance.now();
    this.#current = undefined;
  }

  #next(): Queued | undefined {
    for (const priority of PRIORITIES) {
      const line = this.#lines[priority];
      const [job] = line;
      if (job === undefined) continue;
      line.delete(job);
      return job;
    }
    return undefined;
  }
}
