import type { DataSource, EntityManager } from 'typeorm';
import { HistoryUnavailableError } from '../../history-store.js';
import { isOutOfPlace } from './problems.js';

/** Connections whose last transaction may not have been ended. */
const unsettled = new WeakSet<DataSource>();

/**
 * Runs `work` in one transaction. `mayCommit` is asked right before the commit; where it says no, all is rolled back.
 * `IMMEDIATE` takes the write lock at once: a transaction that reads first could not wait for it later.
 */
export async function inTransaction<T>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  mayCommit: () => boolean,
): Promise<T> {
  await settle(source);
  await source.query('BEGIN IMMEDIATE');
  try {
    const result = await work(source.manager);
    if (!mayCommit()) throw tooLate();
    await source.query('COMMIT');
    return result;
  } catch (error) {
    await rollBack(source);
    throw error;
  }
}

/** Runs `work`, which is one statement and thereby a transaction of its own, unless `mayCommit` says no before. */
export async function inOneStatement<T>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  mayCommit: () => boolean,
): Promise<T> {
  await settle(source);
  if (!mayCommit()) throw tooLate();
  return work(source.manager);
}

async function settle(source: DataSource): Promise<void> {
  if (!unsettled.has(source)) return;
  await rollBack(source);
  if (unsettled.has(source)) throw new HistoryUnavailableError('the database does not end a transaction');
}

/** SQLite has itself rolled back after some errors. */
async function rollBack(source: DataSource): Promise<void> {
  const ended = await source.query('ROLLBACK').then(() => true, isOutOfPlace);
  if (ended) unsettled.delete(source);
  else unsettled.add(source);
}

function tooLate(): HistoryUnavailableError {
  return new HistoryUnavailableError('the write took too long');
}
