import type { DataSource } from 'typeorm';
import { HistoryUnavailableError } from '../../history-store.js';
import type { IsRefused, Work } from '../sql-dialect.js';
import { isOutOfPlace } from './problems.js';

/** The connection that writes. Nothing is written within a transaction that could not be ended before. */
export class WriteConnection {
  /** The last transaction may be open still. */
  #unsettled = false;

  constructor(private readonly source: DataSource) {}

  /**
   * Runs `work` in one transaction; rolled back as a whole where it fails, or `isRefused` holds right before the commit.
   * `IMMEDIATE` takes the write lock at once: a transaction that reads first could not wait for it later.
   */
  async transaction<T>(work: Work<T>, isRefused: IsRefused): Promise<T> {
    await this.#settle();
    await this.source.query('BEGIN IMMEDIATE');
    try {
      const result = await work(this.source.manager);
      if (isRefused()) throw refused();
      await this.source.query('COMMIT');
      return result;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  /** Runs `work`, which is one statement and thereby a transaction of its own, unless `isRefused` holds before. */
  async statement<T>(work: Work<T>, isRefused: IsRefused): Promise<T> {
    await this.#settle();
    if (isRefused()) throw refused();
    return work(this.source.manager);
  }

  async #settle(): Promise<void> {
    if (this.#unsettled) await this.#rollBack();
    if (this.#unsettled) throw new HistoryUnavailableError('the database does not end a transaction');
  }

  /** After some errors SQLite has rolled back by itself. */
  async #rollBack(): Promise<void> {
    this.#unsettled = !(await this.source.query('ROLLBACK').then(() => true, isOutOfPlace));
  }
}

function refused(): HistoryUnavailableError {
  return new HistoryUnavailableError('the write took too long');
}
