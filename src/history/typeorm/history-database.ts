import type { DataSource, EntityManager } from 'typeorm';
import { HistoryUnavailableError } from '../history-store.js';
import { DatabaseStartError } from './database-start-error.js';
import { OwnerLock } from './owner-lock.js';
import { ReadGate } from './read-gate.js';
import { dataSourceOptions, fileOf, openDataSource, openReader } from './sqlite/data-source.js';
import { causeOf, isUnavailable } from './sqlite/problems.js';
import { createWriteViews } from './sqlite/write-views.js';
import { inOneStatement, inTransaction } from './sqlite/writing.js';
import { WriteQueue, type QueuedWrite } from './write-queue.js';

export type Work<T> = (manager: EntityManager) => Promise<T>;

/** How long a reader of the service may be kept waiting for a write. */
const WRITE_DEADLINE_MS = 5_000;

/** The open database: writes one at a time, reads beside them, and this process' claim on its answers. */
export class HistoryDatabase {
  readonly #writes = new WriteQueue();
  readonly #reads = new ReadGate();

  private constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    readonly owners: OwnerLock,
  ) {}

  /** @throws DatabaseStartError */
  static async open(databaseUrl: string): Promise<HistoryDatabase> {
    return HistoryDatabase.over(await openDataSource(dataSourceOptions(databaseUrl)));
  }

  /**
   * Over a connection that `openDataSource` made; it is closed with the rest.
   * @throws DatabaseStartError
   */
  static async over(writer: DataSource): Promise<HistoryDatabase> {
    try {
      await createWriteViews(writer);
      return new HistoryDatabase(writer, await openReader(writer), await OwnerLock.acquire(fileOf(writer)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DatabaseStartError(`DATABASE_URL: cannot lock a file beside ${fileOf(writer)}: ${reason}`);
    }
  }

  /** The file as an absolute path; undefined for a database in memory. */
  get file(): string | undefined {
    return fileOf(this.writer);
  }

  get closed(): boolean {
    return this.#writes.closed;
  }

  /** One transaction; rolled back as a whole when `work` fails, or the deadline passes before its commit. */
  write<T>(work: Work<T>, options: Partial<QueuedWrite<T>> = {}): Promise<T> {
    return this.#writes
      .run((mayCommit) => inTransaction(this.writer, work, mayCommit), { deadlineMs: WRITE_DEADLINE_MS, ...options })
      .catch(rethrow);
  }

  /** The same for `work` that is one statement: a third of the way. */
  writeAtOnce<T>(work: Work<T>, options: Partial<QueuedWrite<T>> = {}): Promise<T> {
    return this.#writes
      .run((mayCommit) => inOneStatement(this.writer, work, mayCommit), { deadlineMs: WRITE_DEADLINE_MS, ...options })
      .catch(rethrow);
  }

  read<T>(work: Work<T>): Promise<T> {
    // On a connection that is also the writer's, a read beside the queue would see half a transaction.
    if (this.reader === this.writer) return this.write(work, { priority: 'question' });
    return this.#reads.run(() => work(this.reader.manager)).catch(rethrow);
  }

  async close(): Promise<void> {
    await this.#writes.close();
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
    if (this.writer.isInitialized) await this.writer.destroy();
    await this.owners.release();
  }
}

function rethrow(error: unknown): never {
  const cause = causeOf(error);
  if (isUnavailable(error)) throw new HistoryUnavailableError('the database does not answer', { cause });
  throw cause;
}
