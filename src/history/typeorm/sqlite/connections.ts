import { open } from 'node:fs/promises';
import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PreparingDatabase } from './preparing-database.js';
import { isBusy } from './problems.js';

export const IN_MEMORY = ':memory:';
/** How long a statement waits for another process' lock; a lock of 3 s must pass unnoticed. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * TypeORM asks for the driver's verbose mode, which takes a stack and prints every value for each statement: it doubles
 * the cost and puts people's messages into errors.
 */
const QUIET_DRIVER = { ...sqlite3, Database: PreparingDatabase, verbose: () => QUIET_DRIVER };

export async function connect(options: DataSourceOptions): Promise<DataSource> {
  const source = await new DataSource(options).initialize();
  await source.query(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return source;
}

/** A file as it is, without our tables. */
export function bare(database: string): DataSourceOptions {
  return { type: 'sqlite', driver: QUIET_DRIVER, database, logging: false };
}

/** The same, but only where it exists: neither it nor its folder is made. The path has to be absolute. */
export function existing(file: string): DataSourceOptions {
  // TypeORM makes folders unless the name may be a URI, which begins with `file:`.
  return {
    type: 'sqlite',
    driver: QUIET_DRIVER,
    database: file,
    logging: false,
    flags: sqlite3.OPEN_READWRITE | sqlite3.OPEN_URI,
  };
}

/** The file behind a connection; undefined for a database in memory. */
export function fileOf(source: DataSource): string | undefined {
  const { database } = source.options;
  return typeof database === 'string' && database !== IN_MEMORY ? database : undefined;
}

/** A second connection to the same file, for reads: a write that waits for a lock doesn't delay them. */
export async function openReader(writer: DataSource): Promise<DataSource> {
  const reader = await connect({ ...writer.options, migrations: [] });
  await reader.query('PRAGMA query_only = ON');
  return reader;
}

/**
 * Copies all that is committed in the database `file` to the new file `copy`, checks it, and has it written to the disk.
 * Reads in one transaction, so that the copy is of one moment, and delays no writer.
 * @throws Error also where the copy turns out to be damaged
 */
export async function copyDatabase(file: string, copy: string): Promise<void> {
  const from = await connect(bare(file));
  await from.query('VACUUM INTO ?', [copy]).finally(() => from.destroy());
  const written = await connect(bare(copy));
  const found: unknown = await written.query('PRAGMA integrity_check').finally(() => written.destroy());
  const [row] = found as { integrity_check: string }[];
  if (row?.integrity_check !== 'ok') throw new Error(`the copy is damaged: ${row?.integrity_check ?? 'not checked'}`);
  // SQLite leaves it to the operating system, which may write it to the disk later.
  const handle = await open(copy, 'r+');
  await handle.sync().finally(() => handle.close());
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
