import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { connect, existing } from './connections.js';

/** The log is to be emptied every 10 s at most, and what was deleted is to be gone 10 s later: it takes a moment, too. */
const INTERVAL_MS = 9_500;
/** Deletes of one moment share a turn. */
const FIRST_MS = 500;
const FIRST_RETRY_MS = 250;
/** A backup may read for minutes. */
const LAST_RETRY_MS = 4_000;
/** Writers wait as long for a turn in which readers are still busy with the log. */
const LONGEST_WAIT_MS = 30;

/**
 * Deleting overwrites rows in the database, but what was written before is still in the write-ahead log. After deletes
 * the log is copied into the database and cut to nothing, on a connection of its own: first as far as it goes without
 * holding anybody up, then the rest.
 */
export class LogEraser {
  #connection: Promise<DataSource> | undefined;
  #working: Promise<void> | undefined;
  /** Something was deleted since the last turn began. */
  #wanted = false;
  readonly #closing = new AbortController();
  #erasedAt = -Infinity;

  constructor(private readonly file: string) {}

  /** A process that was killed may have left deleted text in the log: only this wakes the eraser for it. */
  wakeIfLogHasBytes(): void {
    const log = statSync(`${this.file}-wal`, { throwIfNoEntry: false });
    if (log !== undefined && log.size > 0) this.wake();
  }

  /** Something was deleted. */
  wake(): void {
    this.#wanted = true;
    if (this.#isClosed() || this.#working !== undefined) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (this.#wanted) this.wake();
    });
  }

  /** What was deleted last is erased now, if nobody is in the way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
    if (this.#wanted) await this.#erase();
    const connection = await this.#connection?.catch(() => undefined);
    if (connection?.isInitialized === true) await connection.destroy();
  }

  async #work(): Promise<void> {
    while (this.#wanted && !this.#isClosed()) {
      await this.#pause(Math.max(FIRST_MS, this.#erasedAt + INTERVAL_MS - performance.now()));
      if (this.#isClosed()) return;
      this.#wanted = false;
      for (let retryMs = FIRST_RETRY_MS; !this.#isClosed() && !(await this.#erase()); retryMs *= 2)
        await this.#pause(Math.min(retryMs, LAST_RETRY_MS));
      this.#erasedAt = performance.now();
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
  }

  /** False where readers, or a writer, were busy: to be tried again. */
  async #erase(): Promise<boolean> {
    try {
      const connection = await (this.#connection ??= this.#connect());
      await connection.query('PRAGMA wal_checkpoint(PASSIVE)');
      const [row] = await connection.query<{ busy: number }[]>('PRAGMA wal_checkpoint(TRUNCATE)');
      return row?.busy === 0;
    } catch {
      // A full disk, say: what writes tells of it.
      return false;
    }
  }

  async #connect(): Promise<DataSource> {
    try {
      // A file that was removed meanwhile stays removed.
      const connection = await connect(existing(path.resolve(this.file)));
      await connection.query(`PRAGMA busy_timeout = ${LONGEST_WAIT_MS}`);
      return connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }
}
