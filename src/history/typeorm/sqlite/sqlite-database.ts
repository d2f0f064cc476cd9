import type { DataSource, EntityManager } from 'typeorm';
import type { HistoryRecord, NewTurn } from '../../history-store.js';
import { DatabaseStartError, type IsRefused, type SqlDatabase, type Work } from '../sql-dialect.js';
import { fileOf, openReader } from './connections.js';
import { DatabaseFile } from './database-file.js';
import { LogEraser } from './log-eraser.js';
import { OwnerLock } from './owner-lock.js';
import { failureOf } from './problems.js';
import { insertRecords, RECORD_VIEW, recordBatches } from './record-view.js';
import { SQLITE_SEARCH } from './sqlite-search.js';
import { insertTurns, TURN_VIEW } from './turn-view.js';
import { WriteConnection } from './write-connection.js';

/** As much as a question of some length needs, with its answer's row, the indexes and the queue for search. */
const PROBE_BYTES = 64 * 1024;

/** An open SQLite database: one connection that writes, and for a file one that reads meanwhile. */
export class SqliteDatabase implements SqlDatabase {
  readonly writesAtOnce = 1;
  readonly search = SQLITE_SEARCH;
  readonly failureOf = failureOf;
  readonly #writing: WriteConnection;
  /** Both undefined for a database in memory. */
  readonly #file: DatabaseFile | undefined;
  readonly #eraser: LogEraser | undefined;

  private constructor(
    private readonly writer: DataSource,
    private readonly readingSource: DataSource | undefined,
    readonly owners: OwnerLock,
  ) {
    this.#writing = new WriteConnection(writer);
    const file = fileOf(writer);
    this.#file = file === undefined ? undefined : new DatabaseFile(file);
    this.#eraser = file === undefined ? undefined : new LogEraser(file);
    this.#eraser?.wakeIfLogHasBytes();
  }

  /** @throws DatabaseStartError */
  static async open(writer: DataSource): Promise<SqliteDatabase> {
    const file = fileOf(writer);
    try {
      // The views through which turns and records are written end with the connection.
      await writer.query('PRAGMA temp_store = MEMORY');
      for (const sql of [...TURN_VIEW, ...RECORD_VIEW]) await writer.query(sql);
      const reader = file === undefined ? undefined : await openReader(writer);
      return new SqliteDatabase(writer, reader, await OwnerLock.acquire(file));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DatabaseStartError(`DATABASE_URL: cannot lock a file beside ${file}: ${reason}`);
    }
  }

  get reader(): EntityManager | undefined {
    return this.readingSource?.manager;
  }

  transaction<T>(work: Work<T>, isRefused: IsRefused): Promise<T> {
    return this.#writing.transaction(work, isRefused);
  }

  openTurns(turns: readonly NewTurn[], isRefused: IsRefused): Promise<ReadonlySet<string>> {
    return this.#writing.statement((manager) => insertTurns(manager, turns, this.owners.owner), isRefused);
  }

  /** Usually one statement: a third of the way of a transaction. */
  append(records: readonly HistoryRecord[], isRefused: IsRefused): Promise<void> {
    const batches = recordBatches(records);
    const work = (manager: EntityManager) => insertRecords(manager, batches);
    return batches.length === 1 ? this.#writing.statement(work, isRefused) : this.#writing.transaction(work, isRefused);
  }

  async probeWrite(manager: EntityManager): Promise<void> {
    await manager.query(`INSERT OR REPLACE INTO "write_probe" ("id", "filler") VALUES (1, zeroblob(${PROBE_BYTES}))`);
  }

  async checkStorage(): Promise<void> {
    await this.#file?.check();
  }

  async hasLittleRoom(): Promise<boolean> {
    return (await this.#file?.hasLittleRoom()) ?? false;
  }

  eraseDeleted(): void {
    this.#eraser?.wake();
  }

  async close(): Promise<void> {
    await this.#eraser?.close();
    if (this.readingSource?.isInitialized) await this.readingSource.destroy();
    if (this.writer.isInitialized) await this.writer.destroy();
    await this.owners.release();
  }
}
