import { HistoryUnavailableError } from '../history-store.js';
import { waitFor } from './patience.js';

/** A transaction of its own, which asks `mayCommit` right before the commit. */
export type Transaction<T> = (mayCommit: () => boolean) => Promise<T>;

export interface WriteOptions<T> {
  /** How long the caller waits while nothing at all is written. */
  readonly deadlineMs: number;
  /**
   * The caller was refused while the commit was under way, and the commit succeeded all the same. Whatever must not
   * stay is to be taken back here.
   */
  readonly onLateCommit?: (result: T) => void;
}

/**
 * One write and its caller. The caller is answered within the deadline, whatever the database does; a write that was
 * refused before its commit leaves no trace, and one that was refused during it is reported by `onLateCommit`.
 */
export class WriteJob<T> {
  readonly #outcome = Promise.withResolvers<T>();
  #state: 'open' | 'committing' | 'refused' = 'open';
  readonly #endWait: () => void;

  /**
   * @param lastCommitAt when the queue last wrote something, in monotonic ms
   * @param onRefused the job needs no turn any more
   */
  constructor(
    private readonly transaction: Transaction<T>,
    private readonly options: WriteOptions<T>,
    lastCommitAt: () => number,
    private readonly onRefused: () => void,
  ) {
    const ms = options.deadlineMs;
    const onLate = () => this.refuse(`the database took no write for ${ms} ms`);
    this.#endWait = waitFor({ ms, progressAt: lastCommitAt, onLate });
  }

  /** Rejects with {@link HistoryUnavailableError} when the job is refused. */
  get outcome(): Promise<T> {
    return this.#outcome.promise;
  }

  /** Resolves when the database has finished with it; true where it committed. Never rejects. */
  async run(): Promise<boolean> {
    try {
      const result = await this.transaction(() => this.#mayCommit());
      if (this.#state === 'refused') this.options.onLateCommit?.(result);
      else this.#outcome.resolve(result);
      return true;
    } catch (error) {
      this.#outcome.reject(error);
      return false;
    } finally {
      this.#endWait();
    }
  }

  refuse(reason: string): void {
    this.#state = 'refused';
    this.#endWait();
    this.onRefused();
    this.#outcome.reject(new HistoryUnavailableError(reason));
  }

  #mayCommit(): boolean {
    if (this.#state === 'open') this.#state = 'committing';
    return this.#state === 'committing';
  }
}
