import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { DatabaseStartError } from '../database-start-error.js';
import { databaseFile } from '../database-url.js';
import { AttemptEntity } from '../entities/attempt.entity.js';
import { IdempotencyKeyEntity } from '../entities/idempotency-key.entity.js';
import { MessageEntity } from '../entities/message.entity.js';
import { SegmentEntity } from '../entities/segment.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import { makeFolder } from '../make-folder.js';
import { CreateHistory1763800000000 } from '../migrations/1763800000000-create-history.js';
import { KeepCosts1763850000000 } from '../migrations/1763850000000-keep-costs.js';
import { KeepVersions1763900000000 } from '../migrations/1763900000000-keep-versions.js';
import { SearchMessages1763950000000 } from '../migrations/1763950000000-search-messages.js';
import { QueueForSearch1764000000000 } from '../migrations/1764000000000-queue-for-search.js';
import { PreparingDatabase } from './preparing-database.js';
import { isBusy, startProblem } from './problems.js';
import { inTransaction } from './writing.js';

/** Opening SQLite. Only the files of this folder know it and its driver: another database is another folder like it. */

const IN_MEMORY = ':memory:';
/** How long a statement waits for another process' lock; a lock of 3 s must pass unnoticed. */
const BUSY_TIMEOUT_MS = 5_000;
const SWITCH_RETRY_MS = 20;
/** After a burst the write-ahead log shrinks back to this. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

/**
 * TypeORM asks for the driver's verbose mode, which takes a stack and prints every value for each statement: it doubles
 * the cost and puts people's messages into errors.
 */
const QUIET_DRIVER = { ...sqlite3, Database: PreparingDatabase, verbose: () => QUIET_DRIVER };

/** @throws DatabaseStartError where the URL can't be used. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'sqlite',
    driver: QUIET_DRIVER,
    database: databaseFile(databaseUrl) ?? IN_MEMORY,
    entities: [SessionEntity, MessageEntity, SegmentEntity, AttemptEntity, IdempotencyKeyEntity],
    migrations: [
      CreateHistory1763800000000,
      KeepCosts1763850000000,
      KeepVersions1763900000000,
      SearchMessages1763950000000,
      QueueForSearch1764000000000,
    ],
    logging: false,
  };
}

/**
 * Opens the connection that writes, making missing folders, and brings the schema up to date.
 * @throws DatabaseStartError with one line for people.
 */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  let source: DataSource | undefined;
  try {
    if (options.database !== IN_MEMORY) makeFolder(path.dirname(path.resolve(String(options.database))));
    source = await connect(options);
    await switchToLog(source);
    await source.query('PRAGMA synchronous = NORMAL');
    await source.query(`PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES}`);
    await migrate(source);
    return source;
  } catch (error) {
    if (source?.isInitialized) await source.destroy();
    throw new DatabaseStartError(`DATABASE_URL: cannot use ${String(options.database)}: ${startProblem(error)}`);
  }
}

/**
 * A second connection to the same file, for reads: a write that waits for a lock doesn't delay them.
 * A database in memory belongs to its connection, so there it is the same one.
 */
export async function openReader(writer: DataSource): Promise<DataSource> {
  if (fileOf(writer) === undefined) return writer;
  const reader = await connect({ ...writer.options, migrations: [] });
  await reader.query('PRAGMA query_only = ON');
  return reader;
}

/**
 * Writes all that is committed in the database `file` into the new file `copy`. Reads in one transaction, so that the
 * copy is of one moment, and holds up no writer.
 * @throws Error also where the copy turns out to be damaged
 */
export async function copyDatabase(file: string, copy: string): Promise<void> {
  const from = await connect(bare(file));
  await from.query('VACUUM INTO ?', [copy]).finally(() => from.destroy());
  const written = await connect(bare(copy));
  const found: unknown = await written.query('PRAGMA integrity_check').finally(() => written.destroy());
  const [row] = found as { integrity_check: string }[];
  if (row?.integrity_check !== 'ok') throw new Error(`the copy is damaged: ${row?.integrity_check ?? 'not checked'}`);
}

/** The file behind a connection; undefined for a database in memory. */
export function fileOf(source: DataSource): string | undefined {
  const { database } = source.options;
  return typeof database === 'string' && database !== IN_MEMORY ? database : undefined;
}

/**
 * Takes an exclusive lock on a file of its own, which the operating system releases when the process ends, however it
 * ends. Undefined where another holds it. Nothing else may open that file: closing any descriptor to it drops the lock.
 */
export async function lockFile(path: string): Promise<{ release(): Promise<void> } | undefined> {
  const source = await connect(bare(path));
  try {
    await source.query('PRAGMA busy_timeout = 0');
    // Else there would be a second file, with the journal of an empty one.
    await source.query('PRAGMA journal_mode = MEMORY');
    await source.query('BEGIN EXCLUSIVE');
    return { release: () => source.destroy() };
  } catch (error) {
    await source.destroy();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** A file as it is, without our tables. */
function bare(database: string): DataSourceOptions {
  return { type: 'sqlite', driver: QUIET_DRIVER, database, logging: false };
}

async function connect(options: DataSourceOptions): Promise<DataSource> {
  const source = await new DataSource(options).initialize();
  await source.query(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return source;
}

/** This switch fails at once where another process writes or makes it too: unlike other statements, it doesn't wait. */
async function switchToLog(source: DataSource): Promise<void> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await source.query<void>('PRAGMA journal_mode = WAL');
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await delay(SWITCH_RETRY_MS);
  }
}

/** All migrations in one transaction of ours, so that two processes that start together don't both run them. */
async function migrate(source: DataSource): Promise<void> {
  const work = async () => {
    await source.runMigrations({ transaction: 'none' });
    // On a read-only file a transaction that writes nothing would succeed.
    await source.query('DELETE FROM "migrations" WHERE "id" IS NULL');
  };
  await inTransaction(source, work, () => true);
}
