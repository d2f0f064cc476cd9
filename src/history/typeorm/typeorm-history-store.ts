import {
  HistoryStore,
  type ContextMessage,
  type HistoryRecord,
  type NewTurn,
  type MessagesQuery,
  type PageQuery,
  type SearchQuery,
  type SessionKey,
  type SessionMessage,
  type StoredAnswer,
} from '../history-store.js';
import type { Message, SearchResult, SessionSummary } from '../../wire/message.js';
import { AbandonedAnswers, type Whose } from './abandoned-answers.js';
import { SegmentEntity } from './entities/segment.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { findKey } from './idempotency-keys.js';
import { findAnswer, findContext, findMessage, findMessages } from './message-queries.js';
import { openTurns } from './open-turns.js';
import { SearchIndexer } from './search/search-indexer.js';
import { searchMessages } from './search/search-queries.js';
import { deleteSession, findSessions, renameSession, sessionExists } from './session-queries.js';
import { TurnWriter } from './turn-writer.js';

/** The record in an SQL database. */
export class TypeOrmHistoryStore extends HistoryStore {
  readonly #turns = new TurnWriter((start) => openTurns(this.database, start));
  readonly #indexer: SearchIndexer;
  readonly #abandoned: AbandonedAnswers;
  #swept = false;

  constructor(private readonly database: HistoryDatabase) {
    super();
    this.#indexer = new SearchIndexer(database);
    this.#abandoned = new AbandonedAnswers(database);
  }

  async openTurn(turn: NewTurn): Promise<void> {
    this.database.refuseWithoutStorage();
    await this.#turns.add(turn);
    this.#indexer.wake();
  }

  findByIdempotencyKey(userId: string, key: string): Promise<{ answerId: string; fingerprint: string } | undefined> {
    return this.database.read((manager) => findKey(manager, userId, key));
  }

  async append(records: readonly HistoryRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.database.append(records);
    if (records.some(({ kind }) => kind === 'answer-end')) this.#indexer.wake();
  }

  context(session: SessionKey, limit: number, before?: string): Promise<ContextMessage[]> {
    return this.database.read((manager) => findContext(manager, session, limit, before));
  }

  findMessage(session: SessionKey, messageId: string): Promise<SessionMessage | undefined> {
    return this.database.read((manager) => findMessage(manager, session, messageId));
  }

  search(userId: string, query: SearchQuery): Promise<{ results: SearchResult[]; hasMore: boolean }> {
    return this.database.read((manager) => searchMessages(manager, this.database.search, userId, query));
  }

  messages(session: SessionKey, page: MessagesQuery): Promise<{ messages: Message[]; hasMore: boolean }> {
    const read = () => this.database.read((manager) => findMessages(manager, session, page));
    return this.#withoutAbandoned(session, read, ({ messages }) =>
      messages.some(({ status }) => status === 'streaming'),
    );
  }

  sessions(userId: string, page: PageQuery): Promise<{ sessions: SessionSummary[]; hasMore: boolean }> {
    const read = () => this.database.read((manager) => findSessions(manager, userId, page));
    const streams = (session: SessionSummary) => session.running_answer_id !== undefined;
    return this.#withoutAbandoned({ userId }, read, ({ sessions }) => sessions.some(streams));
  }

  async renameSession(session: SessionKey, title: string): Promise<boolean> {
    if (!(await this.#exists(session))) return false;
    return this.database.write((manager) => renameSession(manager, session, title));
  }

  async deleteSession(session: SessionKey): Promise<boolean> {
    if (!(await this.#exists(session))) return false;
    const deleted = await this.database.write((manager) => deleteSession(manager, this.database.search, session));
    if (deleted) this.database.eraseDeleted();
    return deleted;
  }

  findAnswer(answerId: string): Promise<StoredAnswer | undefined> {
    return this.database.read((manager) => findAnswer(manager, answerId));
  }

  async recoverAbandoned(): Promise<number> {
    const ended = await this.#abandoned.end();
    if (ended === 0 && this.#swept) return ended;
    // What processes that died have left besides: messages that wait for the index, files of their locks.
    this.#indexer.wake();
    await this.database.owners.sweep();
    this.#swept = true;
    return ended;
  }

  get problem(): string | undefined {
    return this.database.health.problem;
  }

  async ping(): Promise<void> {
    await this.database.checkStorage();
    await this.database.read((manager) => manager.query('SELECT 1'));
    // Needs all that a write needs but room, and changes nothing.
    await this.database.write((manager) => manager.delete(SegmentEntity, { messageId: '' }), {
      priority: 'checkpoint',
    });
  }

  /** What isn't there costs no write, and waits behind none. */
  #exists(session: SessionKey): Promise<boolean> {
    return this.database.read((manager) => sessionExists(manager, session), 'other');
  }

  /** Where something streams, it may be of a process that died: then that is ended first, and read again. */
  async #withoutAbandoned<T>(whose: Whose, read: () => Promise<T>, streams: (found: T) => boolean): Promise<T> {
    const found = await read();
    if (!streams(found)) return found;
    // Where it can't be ended now, what is stored is shown as it is.
    const ended = await this.#abandoned.end(whose).catch(() => 0);
    return ended > 0 ? read() : found;
  }
}
