import path from 'node:path';
import sqlite3 from 'sqlite3';
import {
  ConnectionIsNotSetError,
  DataSource,
  QueryFailedError,
  type DataSourceOptions,
  type EntityManager,
} from 'typeorm';
import { HistoryUnavailableError } from '../history-store.js';
import { DatabaseStartError } from './database-start-error.js';
import { databaseFile } from './database-url.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { IdempotencyKeyEntity } from './entities/idempotency-key.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { SegmentEntity } from './entities/segment.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import { makeFolder } from './make-folder.js';
import { CreateHistory1763800000000 } from './migrations/1763800000000-create-history.js';
import { KeepCosts1763850000000 } from './migrations/1763850000000-keep-costs.js';

/** The only file that knows SQLite and its driver. Another database is another file like this one. */

const IN_MEMORY = ':memory:';
/** How long a statement waits for another process' lock; a lock of 3 s must pass unnoticed. */
const BUSY_TIMEOUT_MS = 5_000;
/** After a burst the write-ahead log shrinks back to this. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

/**
 * TypeORM asks for the driver's verbose mode, which takes a stack and prints every value for each statement: it doubles
 * the cost and puts people's messages into errors.
 */
const QUIET_DRIVER = { ...sqlite3, verbose: () => sqlite3 };

/** The driver's codes that tell of a mistake of ours; every other one tells of a database that doesn't serve now. */
const OUR_MISTAKES = new Set(['SQLITE_ERROR', 'SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_RANGE', 'SQLITE_TOOBIG']);

const START_PROBLEMS: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'the file is not a SQLite database, or is damaged',
  SQLITE_CORRUPT: 'the database is damaged',
  SQLITE_READONLY: 'the file or its folder is read-only',
  SQLITE_CANTOPEN: 'it is not a file that this process may open, or its folder may not be written to',
  SQLITE_PERM: 'this process may not open it',
  SQLITE_BUSY: 'another process has locked it',
  SQLITE_FULL: 'the disk is full',
  ENOENT: 'its folder is missing and cannot be made',
  EACCES: 'this process may not make its folder',
  EPERM: 'this process may not make its folder',
  EROFS: 'its folder is missing and the file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};

/** @throws DatabaseStartError where the URL can't be used. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'sqlite',
    driver: QUIET_DRIVER,
    database: databaseFile(databaseUrl) ?? IN_MEMORY,
    entities: [SessionEntity, MessageEntity, SegmentEntity, AttemptEntity, IdempotencyKeyEntity],
    migrations: [CreateHistory1763800000000, KeepCosts1763850000000],
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
    await source.query('PRAGMA journal_mode = WAL');
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

/** The file behind a connection; undefined for a database in memory. */
export function fileOf(source: DataSource): string | undefined {
  const { database } = source.options;
  return typeof database === 'string' && database !== IN_MEMORY ? database : undefined;
}

/**
 * Runs `work` in one transaction. `mayCommit` is asked right before the commit; where it says no, all is rolled back.
 * `IMMEDIATE` takes the write lock at once: a transaction that reads first could not wait for it later.
 */
export async function inTransaction<T>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  mayCommit: () => boolean,
): Promise<T> {
  await begin(source);
  try {
    const result = await work(source.manager);
    if (!mayCommit()) throw new HistoryUnavailableError('the write took too long');
    await source.query('COMMIT');
    return result;
  } catch (error) {
    // SQLite has itself rolled back after some errors; one that it could not end is ended by the next `begin`.
    await source.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** What the driver said. A `QueryFailedError` around it carries the statement's values too: people's messages. */
export function causeOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

/** Whether an error means that the database doesn't serve now, rather than that we asked for nonsense. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof QueryFailedError) return !OUR_MISTAKES.has(codeOf(error) ?? '');
  return error instanceof ConnectionIsNotSetError;
}

/**
 * Takes an exclusive lock on a file of its own, which the operating system releases when the process ends, however it
 * ends. Undefined where another holds it. Nothing else may open that file: closing any descriptor to it drops the lock.
 */
export async function lockFile(path: string): Promise<{ release(): Promise<void> } | undefined> {
  const source = await connect({ type: 'sqlite', driver: QUIET_DRIVER, database: path, logging: false });
  try {
    await source.query('PRAGMA busy_timeout = 0');
    // Else there would be a second file, with the journal of an empty one.
    await source.query('PRAGMA journal_mode = MEMORY');
    await source.query('BEGIN EXCLUSIVE');
    return { release: () => source.destroy() };
  } catch (error) {
    await source.destroy();
    if (codeOf(error) === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}

async function connect(options: DataSourceOptions): Promise<DataSource> {
  const source = await new DataSource(options).initialize();
  await source.query(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return source;
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

async function begin(source: DataSource): Promise<void> {
  try {
    await source.query('BEGIN IMMEDIATE');
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_ERROR') throw error;
    await source.query('ROLLBACK');
    await source.query('BEGIN IMMEDIATE');
  }
}

function startProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return START_PROBLEMS[codeOf(error) ?? ''] ?? message.split('\n', 1)[0] ?? message;
}

/** `SQLITE_…` of the driver, or `E…` of the file system. */
function codeOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  return hasCode(cause) ? cause.code : undefined;
}

function hasCode(value: unknown): value is { code: string } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
