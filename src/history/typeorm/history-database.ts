import { HistoryUnavailableError, type HistoryRecord, type NewTurn } from '../history-store.js';
import { WriteHealth } from '../write-health.js';
import { DatabaseQueue, type JobOptions } from './database-queue.js';
import type { IsRefused, Ownership, SearchIndex, SqlDatabase, Work } from './sql-dialect.js';

/** Of each priority. */
const MOST_WAITING_WRITES = 5_000;
/** Each holds a caller and, where the disk does not answer, a call to the driver. */
const MOST_READS = 2_000;
/** A crowd of them must not delay the reads of a question. */
const OTHER_READS_AT_ONCE = 2;
/** Nobody waits for a checkpoint, so a slow disk gets more time for one than for a question. */
const APPEND_DEADLINE_MS = 30_000;

/** The open database: bounds what it is asked and how long callers wait, and knows whether it takes writes. */
export class HistoryDatabase {
  readonly #writes: DatabaseQueue;
  readonly #reads = new DatabaseQueue({ atOnce: MOST_READS, waiting: 0 });
  readonly #otherReads = new DatabaseQueue({ atOnce: OTHER_READS_AT_ONCE, waiting: MOST_READS });
  /** From the check that missed the storage until one that finds it again. */
  #storageFailure: unknown;

  constructor(
    private readonly sql: SqlDatabase,
    readonly health = new WriteHealth(),
  ) {
    this.#writes = new DatabaseQueue({ atOnce: sql.writesAtOnce, waiting: MOST_WAITING_WRITES });
  }

  get closed(): boolean {
    return this.#writes.closed;
  }

  get owners(): Ownership {
    return this.sql.owners;
  }

  get search(): SearchIndex {
    return this.sql.search;
  }

  /** One transaction; rolled back as a whole when `work` fails, or the caller was refused before its commit. */
  write<T>(work: Work<T>, options?: JobOptions): Promise<T> {
    return this.#write((isRefused) => this.sql.transaction(work, isRefused), options);
  }

  /**
   * Stores turns in one transaction.
   * @param start gives the turns when their time has come; until then others may join
   * @returns the ids of the answers that were opened
   */
  openTurns(start: () => readonly NewTurn[], onLateEnd: () => void): Promise<ReadonlySet<string>> {
    const open = async (isRefused: IsRefused) => {
      // Those that are asked at the same moment join, too.
      await Promise.resolve();
      return this.sql.openTurns(start(), isRefused);
    };
    return this.#write(open, { priority: 'question', onLateEnd });
  }

  /** Before any question: a crowd of those must not keep text that was shown from being stored. */
  append(records: readonly HistoryRecord[]): Promise<void> {
    const options = { deadlineMs: APPEND_DEADLINE_MS, priority: 'checkpoint' } as const;
    return this.#write((isRefused) => this.sql.append(records, isRefused), options);
  }

  /** As much as a question needs. */
  probeWrite(): Promise<void> {
    return this.write((manager) => this.sql.probeWrite(manager), { priority: 'checkpoint' });
  }

  /** @param priority `other`: two at a time */
  read<T>(work: Work<T>, priority: 'question' | 'other' = 'question'): Promise<T> {
    const { reader } = this.sql;
    if (reader === undefined) return this.write(work, { priority });
    const queue = priority === 'question' ? this.#reads : this.#otherReads;
    return queue
      .run(() => work(reader))
      .catch((error: unknown) => {
        throw this.sql.failureOf(error, 'read');
      });
  }

  /** Something was deleted: within 10 s no file holds it any more. */
  eraseDeleted(): void {
    this.sql.eraseDeleted();
  }

  /** @throws HistoryUnavailableError where what is written now would be lost; `health` has the code from then on */
  async checkStorage(): Promise<void> {
    try {
      await this.sql.checkStorage();
      this.#storageFailure = undefined;
    } catch (error) {
      this.#storageFailure = error;
      throw this.#reported(error);
    }
  }

  /**
   * For writes that begin something: without its storage they would succeed, and be lost when the service stops.
   * @throws HistoryUnavailableError from the check that missed the storage until one that finds it again
   */
  refuseWithoutStorage(): void {
    if (this.#storageFailure !== undefined) throw this.#reported(this.#storageFailure);
  }

  hasLittleRoom(): Promise<boolean> {
    return this.sql.hasLittleRoom();
  }

  async close(): Promise<void> {
    await this.#writes.close();
    await Promise.all([this.#reads.close(), this.#otherReads.close()]);
    await this.sql.close();
  }

  async #write<T>(job: (isRefused: IsRefused) => Promise<T>, options?: JobOptions): Promise<T> {
    try {
      return await this.#writes.run(job, options);
    } catch (error) {
      throw this.#reported(this.sql.failureOf(error, 'write'));
    }
  }

  #reported(failure: unknown): unknown {
    if (failure instanceof HistoryUnavailableError && !this.closed) this.health.failed(failure);
    return failure;
  }
}
