import { HistoryUnavailableError } from '../history-store.js';

/** A transaction of its own, which asks `mayCommit` right before the commit. */
export type Transaction<T> = (mayCommit: () => boolean) => Promise<T>;

/** `ahead` overtakes what waits, but not what waits ahead itself. */
export type Turn = 'in-order' | 'ahead';

interface Job {
  run(): Promise<void>;
  refuse(reason: string): void;
}

/** How many times its deadline a job waits while others before it are written. */
const CROWD_PATIENCE = 5;

/**
 * All writes, one at a time: the database has one writing connection, and concurrent work would join whatever
 * transaction is open. Nobody waits for ever: a job that is late is refused and, whether it ran or not, leaves no trace.
 */
export class WriteQueue {
  readonly #ahead = new Set<Job>();
  readonly #waiting = new Set<Job>();
  #current: Promise<void> | undefined;
  #closed = false;
  #lastCommitAt = -Infinity;

  constructor(private readonly limit = 5_000) {}

  /** Rejects with {@link HistoryUnavailableError} after `deadlineMs` in which nothing was written, when the queue is full, and when it is closed. */
  run<T>(transaction: Transaction<T>, deadlineMs: number, turn: Turn = 'in-order'): Promise<T> {
    if (this.#closed) return Promise.reject(new HistoryUnavailableError('the database is closed'));
    if (this.#waiting.size >= this.limit) return Promise.reject(new HistoryUnavailableError('too many writes wait'));
    const line = turn === 'ahead' ? this.#ahead : this.#waiting;
    return new Promise<T>((resolve, reject) => {
      let state: 'open' | 'committing' | 'refused' = 'open';
      const refuse = (reason: string) => {
        if (state !== 'open') return;
        state = 'refused';
        line.delete(job);
        clearTimeout(timer);
        reject(new HistoryUnavailableError(reason));
      };
      const mayCommit = () => {
        if (state === 'open') state = 'committing';
        return state === 'committing';
      };
      const run = () =>
        transaction(mayCommit)
          .then((result) => {
            this.#lastCommitAt = performance.now();
            resolve(result);
          }, reject)
          .finally(() => clearTimeout(timer));
      const job: Job = { run, refuse };
      let timer = setTimeout(() => onDeadline(), deadlineMs).unref();
      const enqueuedAt = performance.now();
      // In a crowd a job may wait for long though the database keeps writing: that is no reason to refuse it yet.
      const onDeadline = (): void => {
        const now = performance.now();
        if (now - this.#lastCommitAt < deadlineMs && now - enqueuedAt < CROWD_PATIENCE * deadlineMs)
          timer = setTimeout(onDeadline, deadlineMs / CROWD_PATIENCE).unref();
        else refuse(`the database took no write for ${deadlineMs} ms`);
      };
      line.add(job);
      this.#current ??= this.#work();
    });
  }

  /** Refuses what waits and what comes; resolves when the running job has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#ahead, ...this.#waiting]) job.refuse('the database is closed');
    await this.#current;
  }

  async #work(): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next()) await job.run();
    this.#current = undefined;
  }

  #next(): Job | undefined {
    const line = this.#ahead.size > 0 ? this.#ahead : this.#waiting;
    const [job] = line;
    if (job !== undefined) line.delete(job);
    return job;
  }
}
