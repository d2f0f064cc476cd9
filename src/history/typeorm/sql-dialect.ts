import type { DataSource, DataSourceOptions, EntityManager } from 'typeorm';
import type { HistoryRecord, NewTurn, SessionKey } from '../history-store.js';
import type { SearchTerm } from './search/search-text.js';

/**
 * All that differs between databases. The rest of `history/typeorm` is the same for each of them. `dialects.ts` chooses
 * the implementation; nothing else imports one.
 */
export interface SqlDialect {
  /**
   * What TypeORM has to open, with entities and migrations.
   * @throws DatabaseStartError where the URL can't be used
   */
  dataSourceOptions(databaseUrl: string): DataSourceOptions;
  /**
   * Opens the database for writing and brings its schema up to date.
   * @throws DatabaseStartError also where the schema needs a newer version of Rondo
   */
  openDataSource(options: DataSourceOptions): Promise<DataSource>;
  /**
   * Claims an opened database for this process.
   * @param writer from {@link openDataSource}; it is closed with the rest
   * @throws DatabaseStartError
   */
  openDatabase(writer: DataSource): Promise<SqlDatabase>;
  /**
   * Copies the database to the new file `target`, as it is at one moment, while processes go on writing to it. Under that
   * name there is only ever a whole copy that was checked and is on the disk.
   * @throws BackupError
   */
  backUp(databaseUrl: string, target: string): Promise<Backup>;
  /** Takes away the rights of other accounts of this machine; returns a sentence for people on each change. */
  closeToOthers(databaseUrl: string): string[];
}

/** An open database. `HistoryDatabase` bounds what it is asked, and for how long callers wait. */
export interface SqlDatabase {
  /** How many writes may run at once. */
  readonly writesAtOnce: number;
  /** For reads beside running writes; undefined where a read has to wait for its turn among the writes. */
  readonly reader: EntityManager | undefined;
  readonly owners: Ownership;
  readonly search: SearchIndex;

  /** One transaction, rolled back as a whole where `work` fails or `isRefused` holds right before the commit. */
  transaction<T>(work: Work<T>, isRefused: IsRefused): Promise<T>;
  /**
   * Stores questions, each of another session, and the empty answers to them, in one transaction. Skips a turn whose
   * idempotency key is taken or whose target is not current.
   * @returns the ids of the answers that were opened
   */
  openTurns(turns: readonly NewTurn[], isRefused: IsRefused): Promise<ReadonlySet<string>>;
  /**
   * Appends records of any number of answers in one transaction. Drops records of answers that are deleted or have ended.
   * A record that is written twice changes nothing.
   */
  append(records: readonly HistoryRecord[], isRefused: IsRefused): Promise<void>;
  /** Writes something that needs as much room as a question; the database does not grow by doing it again. */
  probeWrite(manager: EntityManager): Promise<void>;

  /**
   * What callers are told of an error: {@link HistoryUnavailableError} where the database doesn't serve now, else the
   * driver's own error, without the values of the statement.
   */
  failureOf(error: unknown, kind: 'read' | 'write'): unknown;
  /** @throws HistoryUnavailableError where whatever is written now would be lost */
  checkStorage(): Promise<void>;
  /** Whether the next questions may not fit. */
  hasLittleRoom(): Promise<boolean>;
  /** Something was deleted: within 10 s no file holds it any more. */
  eraseDeleted(): void;
  close(): Promise<void>;
}

export type Work<T> = (manager: EntityManager) => Promise<T>;

/** Whether the caller was told already that the write failed: then it must not be committed. */
export type IsRefused = () => boolean;

/** Which process writes which answers, and whether that process is alive. */
export interface Ownership {
  /** The id of this process in the answers that it writes. */
  readonly owner: string;
  /** Whether the process behind `owner` has ended. */
  isGone(owner: string): Promise<boolean>;
  /**
   * Removes what ended processes left beside the database.
   * @returns how many other processes have the database open
   */
  sweep(): Promise<number>;
}

/** Finds messages by pieces of their text. Replaced messages stay in it: who asks looks at the messages themselves. */
export interface SearchIndex {
  /** `seq` of messages that may hold all of the terms, newest first, at most `limit`. */
  candidates(
    manager: EntityManager,
    userId: string,
    terms: readonly SearchTerm[],
    range: SeqRange,
    limit: number,
  ): Promise<number[]>;
  /** Adds messages that {@link catchUp} would not add; each only once. */
  add(manager: EntityManager, documents: readonly SearchDocument[]): Promise<void>;
  /** To be called before the session's messages are deleted. */
  removeSession(manager: EntityManager, session: SessionKey): Promise<void>;
  /** To be called before these messages of the user are deleted. */
  removeMessages(manager: EntityManager, userId: string, seqs: readonly number[]): Promise<void>;
  /** Adds some of the messages that were stored since; returns whether there may be more. */
  catchUp(manager: EntityManager): Promise<boolean>;
}

/** A message as the index needs it. */
export interface SearchDocument {
  seq: number;
  userId: string;
  content: string;
}

/** Messages with `seq` from `from` on and below `below`. */
export interface SeqRange {
  from: number;
  below: number;
}

/** What was copied from where, and how large the copy is. */
export interface Backup {
  readonly source: string;
  readonly target: string;
  readonly bytes: number;
}

/** The database that `DATABASE_URL` names can't be used; the message says why in one line for people. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError';
}

/** There is no backup; the message says why in one line for people. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
