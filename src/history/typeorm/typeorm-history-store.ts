import type { EntityManager } from 'typeorm';
import {
  HistoryStore,
  type ContextMessage,
  type HistoryRecord,
  type NewTurn,
  type MessagesQuery,
  type PageQuery,
  type SearchQuery,
  type SessionKey,
  type StandingMessage,
  type StoredAnswer,
} from '../history-store.js';
import type { Message, SearchResult, SessionSummary } from '../../wire/message.js';
import { SegmentEntity } from './entities/segment.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { findKey } from './idempotency-keys.js';
import { findAnswer, findContext, findMessages, findStanding } from './message-queries.js';
import { openTurns } from './open-turn.js';
import { recoverAbandoned } from './recovery.js';
import { SearchIndexer } from './search/search-indexer.js';
import { searchMessages } from './search/search-queries.js';
import { deleteSession, findSessions, renameSession, sessionExists } from './session-queries.js';
import { insertRecords, recordBatches } from './sqlite/record-view.js';
import { TurnGroups } from './turn-groups.js';

/** Nobody waits for a checkpoint, so a slow disk gets more time for one than for a question. */
const APPEND_DEADLINE_MS = 30_000;

/** The record in an SQL database. */
export class TypeOrmHistoryStore extends HistoryStore {
  readonly #turns = new TurnGroups((begin) => openTurns(this.database, begin));
  readonly #indexer: SearchIndexer;

  constructor(private readonly database: HistoryDatabase) {
    super();
    this.#indexer = new SearchIndexer(database);
  }

  async openTurn(turn: NewTurn): Promise<void> {
    await this.#turns.add(turn);
    this.#indexer.wake();
  }

  findByIdempotencyKey(userId: string, key: string): Promise<{ answerId: string; fingerprint: string } | undefined> {
    return this.database.read((manager) => findKey(manager, userId, key));
  }

  async append(records: readonly HistoryRecord[]): Promise<void> {
    if (records.length === 0) return;
    const batches = recordBatches(records);
    const work = (manager: EntityManager) => insertRecords(manager, batches);
    // A crowd of questions that wait for their turn must not keep text that was shown from being stored.
    const options = { deadlineMs: APPEND_DEADLINE_MS, priority: 'checkpoint' } as const;
    await (batches.length === 1 ? this.database.writeAtOnce(work, options) : this.database.write(work, options));
    if (records.some(({ kind }) => kind === 'answer-end')) this.#indexer.wake();
  }

  context(session: SessionKey, limit: number, before?: string): Promise<ContextMessage[]> {
    return this.database.read((manager) => findContext(manager, session, limit, before));
  }

  standing(session: SessionKey, messageId: string): Promise<StandingMessage | undefined> {
    return this.database.read((manager) => findStanding(manager, session, messageId));
  }

  search(userId: string, query: SearchQuery): Promise<{ results: SearchResult[]; hasMore: boolean }> {
    return this.database.read((manager) => searchMessages(manager, userId, query));
  }

  messages(session: SessionKey, page: MessagesQuery): Promise<{ messages: Message[]; hasMore: boolean }> {
    return this.database.read((manager) => findMessages(manager, session, page));
  }

  sessions(userId: string, page: PageQuery): Promise<{ sessions: SessionSummary[]; hasMore: boolean }> {
    return this.database.read((manager) => findSessions(manager, userId, page));
  }

  async renameSession(session: SessionKey, title: string): Promise<boolean> {
    if (!(await this.#exists(session))) return false;
    return this.database.write((manager) => renameSession(manager, session, title));
  }

  async deleteSession(session: SessionKey): Promise<boolean> {
    if (!(await this.#exists(session))) return false;
    return this.database.write((manager) => deleteSession(manager, session));
  }

  findAnswer(answerId: string): Promise<StoredAnswer | undefined> {
    return this.database.read((manager) => findAnswer(manager, answerId));
  }

  recoverAbandoned(): Promise<number> {
    this.#indexer.wake();
    return recoverAbandoned(this.database);
  }

  /** What isn't there costs no write, and waits behind none. */
  #exists(session: SessionKey): Promise<boolean> {
    return this.database.read((manager) => sessionExists(manager, session));
  }

  async ping(): Promise<void> {
    await this.database.read((manager) => manager.query('SELECT 1'));
    // Needs all that a write needs, and changes nothing.
    await this.database.write((manager) => manager.delete(SegmentEntity, { messageId: '' }));
  }
}
