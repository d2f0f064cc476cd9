import type { DataSource, EntityManager } from 'typeorm';
import { HistoryUnavailableError } from '../history-store.js';
import { WriteHealth } from '../write-health.js';
import { DatabaseFile, FILE_REMOVED, fileRemoved } from './sqlite/database-file.js';
import { DatabaseStartError } from './database-start-error.js';
import { OwnerLock } from './sqlite/owner-lock.js';
import { ReadGate } from './read-gate.js';
import { fileOf, openReader } from './sqlite/connections.js';
import { dataSourceOptions, openDataSource } from './sqlite/data-source.js';
import { LogEraser } from './sqlite/log-eraser.js';
import { causeOf, isRefusal, isUnavailable } from './sqlite/problems.js';
import { createWriteViews } from './sqlite/write-views.js';
import { inOneStatement, inTransaction } from './sqlite/writing.js';
import type { Transaction } from './write-job.js';
import { WriteQueue, type QueuedWrite } from './write-queue.js';

export type Work<T> = (manager: EntityManager) => Promise<T>;

/** How long a reader of the service may be kept waiting for a write. */
const WRITE_DEADLINE_MS = 5_000;

/** Each holds a caller and, where the disk does not answer, a call to the driver. */
const MOST_READS = 2_000;
/** A crowd of them is not to stand before the reads of a question. */
const OTHER_READS_AT_ONCE = 2;

/** The open database: writes one at a time, reads beside them, and this process' claim on its answers. */
export class HistoryDatabase {
  readonly #writes = new WriteQueue();
  readonly #reads = new ReadGate({ limit: MOST_READS });
  readonly #otherReads = new ReadGate({ limit: MOST_READS, atOnce: OTHER_READS_AT_ONCE });
  /** Both undefined for a database in memory. */
  readonly #file: DatabaseFile | undefined;
  readonly #eraser: LogEraser | undefined;

  private constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    readonly owners: OwnerLock,
    readonly health: WriteHealth,
  ) {
    const file = fileOf(writer);
    this.#file = file === undefined ? undefined : new DatabaseFile(file);
    this.#eraser = file === undefined ? undefined : new LogEraser(file);
    this.#eraser?.wakeIfLogHasBytes();
  }

  /** @throws DatabaseStartError */
  static async open(databaseUrl: string, health?: WriteHealth): Promise<HistoryDatabase> {
    return HistoryDatabase.over(await openDataSource(dataSourceOptions(databaseUrl)), health);
  }

  /**
   * Over a connection that `openDataSource` made; it is closed with the rest.
   * @throws DatabaseStartError
   */
  static async over(writer: DataSource, health = new WriteHealth()): Promise<HistoryDatabase> {
    try {
      await createWriteViews(writer);
      return new HistoryDatabase(writer, await openReader(writer), await OwnerLock.acquire(fileOf(writer)), health);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DatabaseStartError(`DATABASE_URL: cannot lock a file beside ${fileOf(writer)}: ${reason}`);
    }
  }

  get closed(): boolean {
    return this.#writes.closed;
  }

  /** One transaction; rolled back as a whole when `work` fails, or the deadline passes before its commit. */
  write<T>(work: Work<T>, options: Partial<QueuedWrite<T>> = {}): Promise<T> {
    return this.#write((mayCommit) => inTransaction(this.writer, work, mayCommit), options);
  }

  /** The same for `work` that is one statement: a third of the way. */
  writeAtOnce<T>(work: Work<T>, options: Partial<QueuedWrite<T>> = {}): Promise<T> {
    return this.#write((mayCommit) => inOneStatement(this.writer, work, mayCommit), options);
  }

  /** @param priority `other`: two at a time */
  read<T>(work: Work<T>, priority: 'question' | 'other' = 'question'): Promise<T> {
    // On a connection that is also the writer's, a read beside the queue would see half a transaction.
    if (this.reader === this.writer) return this.write(work, { priority });
    const gate = priority === 'question' ? this.#reads : this.#otherReads;
    return gate
      .run(() => work(this.reader.manager))
      .catch((error: unknown) => {
        throw failureOf(error, 'read');
      });
  }

  /** Something was deleted: within 10 s no file holds it any more. */
  eraseLog(): void {
    this.#eraser?.wake();
  }

  /** @throws HistoryUnavailableError where the file was removed or replaced; `health` has the code from then on */
  async checkFile(): Promise<void> {
    await this.#file?.check().catch((error: unknown) => {
      throw this.#reported(error);
    });
  }

  /**
   * For writes that begin something: in a file without a name they would succeed, and be lost when the service stops.
   * @throws HistoryUnavailableError from the look that found the file removed until one that finds it again
   */
  refuseWhileFileRemoved(): void {
    if (this.health.problem === FILE_REMOVED) throw this.#reported(fileRemoved());
  }

  async hasLittleRoom(): Promise<boolean> {
    return (await this.#file?.hasLittleRoom()) ?? false;
  }

  async close(): Promise<void> {
    await this.#writes.close();
    await this.#eraser?.close();
    await Promise.all([this.#reads.idle(), this.#otherReads.idle()]);
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
    if (this.writer.isInitialized) await this.writer.destroy();
    await this.owners.release();
  }

  async #write<T>(transaction: Transaction<T>, options: Partial<QueuedWrite<T>>): Promise<T> {
    try {
      return await this.#writes.run(transaction, { deadlineMs: WRITE_DEADLINE_MS, ...options });
    } catch (error) {
      throw this.#reported(failureOf(error, 'write'));
    }
  }

  #reported(failure: unknown): unknown {
    if (failure instanceof HistoryUnavailableError && !this.closed) this.health.failed(failure);
    return failure;
  }
}

function failureOf(error: unknown, kind: 'read' | 'write'): unknown {
  const cause = causeOf(error);
  if (!isUnavailable(error)) return cause;
  const message = isRefusal(error) ? `the database refused a ${kind}` : 'the database does not answer';
  return new HistoryUnavailableError(message, { cause });
}
