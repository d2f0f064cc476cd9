import { setImmediate as breathe } from 'node:timers/promises';
import { In, IsNull, type EntityManager } from 'typeorm';
import type { SearchQuery, SessionKey } from '../../history-store.js';
import type { SearchResult } from '../../../wire/message.js';
import { MessageEntity } from '../entities/message.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import type { SearchIndex, SeqRange } from '../sql-dialect.js';
import { snippetOf } from './search-snippet.js';
import { firstHit, SEARCHED_CHARACTERS, searched, searchTerms, type SearchTerm } from './search-text.js';

/** How many messages are read at once to see whether they hold what is looked for. */
const READ_AT_ONCE = 64;
/** Of each message: what is searched, and what a snippet may show behind a hit at its end. */
const READ_CHARACTERS = SEARCHED_CHARACTERS + 1_000;
/** Answers are being streamed meanwhile. */
const LOOK_AT_ONCE_CHARS = 100_000;

/** How long a search may take, in milliseconds. */
interface Patience {
  /** Then the page ends with what was found, and with `hasMore`. */
  withHitMs: number;
  /** Nobody can go on from an empty page, so one for which nothing was found yet takes longer. */
  withoutHitMs: number;
}

const PATIENCE: Patience = { withHitMs: 1_000, withoutHitMs: 10_000 };

/** A message that was found, with the part of its text that was searched. */
type Hit = Pick<MessageEntity, 'seq' | 'id' | 'sessionId' | 'content'>;

interface Found {
  hits: Hit[];
  /** All messages from this `seq` on were looked at. */
  from: number;
}

interface Search {
  index: SearchIndex;
  userId: string;
  terms: readonly SearchTerm[];
  /** One more than a page shows. */
  wanted: number;
  /** Monotonic milliseconds. */
  startedAt: number;
  patience: Patience;
  /** Whoever looks has left. */
  left: AbortSignal | undefined;
}

/** A user's messages that hold all that was typed, and sessions whose title does, newest first. */
export async function searchMessages(
  manager: EntityManager,
  index: SearchIndex,
  userId: string,
  { text, limit, before, left }: SearchQuery,
  patience = PATIENCE,
): Promise<{ results: SearchResult[]; hasMore: boolean }> {
  const terms = searchTerms(text);
  const below = before === undefined ? Number.MAX_SAFE_INTEGER : await seqOf(manager, userId, before);
  if (terms.length === 0 || below === undefined) return { results: [], hasMore: false };
  const search = { index, userId, terms, wanted: limit + 1, startedAt: performance.now(), patience, left };
  const texts = await findInTexts(manager, search, { from: 0, below });
  const titles = await findInTitles(manager, search, { from: texts.from, below }, texts.hits);
  const from = Math.max(texts.from, titles.from);
  const hits = [...texts.hits, ...titles.hits].filter(({ seq }) => seq >= from).sort((a, b) => b.seq - a.seq);
  return {
    results: await toResults(manager, search, hits.slice(0, limit)),
    hasMore: hits.length > limit || from > 0,
  };
}

/** Whether a page that ends at `from` has taken long enough, with what it shows; of somebody who has left, any has. */
function isLate({ startedAt, patience, left }: Search, found: readonly Hit[], from: number): boolean {
  if (left?.aborted) return true;
  const hasHit = found.some(({ seq }) => seq >= from);
  return performance.now() - startedAt > (hasHit ? patience.withHitMs : patience.withoutHitMs);
}

/** In the texts of what stands in the user's sessions, or in one of them. */
async function findInTexts(
  manager: EntityManager,
  search: Search,
  range: SeqRange,
  sessionId?: string,
): Promise<Found> {
  const { index, userId, terms, wanted } = search;
  const hits: Hit[] = [];
  for (let { below } = range; ;) {
    const seqs = await index.candidates(manager, userId, terms, { from: range.from, below }, READ_AT_ONCE);
    const session = { userId, ...(sessionId === undefined ? {} : { sessionId }) };
    let looked = 0;
    for (const row of await messagesAt(manager, seqs, session)) {
      if (isLate(search, hits, row.seq + 1)) return { hits, from: row.seq + 1 };
      looked += row.content.length;
      if (looked > LOOK_AT_ONCE_CHARS) looked = await breathe(0);
      if (firstHit(searched(row.content), terms) !== undefined) hits.push(row);
    }
    below = seqs.at(-1) ?? range.from;
    if (seqs.length < READ_AT_ONCE) return { hits, from: range.from };
    if (hits.length >= wanted) return { hits, from: below };
  }
}

/** Sessions that have all of it in their title and nowhere else: each with its newest message. */
async function findInTitles(
  manager: EntityManager,
  search: Search,
  range: SeqRange,
  inTexts: readonly Hit[],
): Promise<Found> {
  const { userId, terms, wanted } = search;
  const hits: Hit[] = [];
  for (let { below } = range; ;) {
    const sessions = await sessionsCalled(manager, search, { from: range.from, below });
    const called = sessions.filter(({ titleSearch }) => firstHit(titleSearch ?? '', terms) !== undefined);
    const newest = await messagesAt(
      manager,
      called.map(({ lastSeq }) => lastSeq),
      { userId },
    );
    for (const row of newest) {
      const isInTexts = await hasInTexts(manager, search, row);
      if (isLate(search, [...inTexts, ...hits], row.seq + 1)) return { hits, from: row.seq + 1 };
      if (!isInTexts) hits.push(row);
    }
    below = sessions.at(-1)?.lastSeq ?? range.from;
    if (sessions.length < READ_AT_ONCE) return { hits, from: range.from };
    if (hits.length >= wanted) return { hits, from: below };
  }
}

/** Sessions whose given title may hold all of it, the latest first. */
async function sessionsCalled(
  manager: EntityManager,
  { userId, terms }: Search,
  { from, below }: SeqRange,
): Promise<Pick<SessionEntity, 'lastSeq' | 'titleSearch'>[]> {
  const query = manager
    .createQueryBuilder(SessionEntity, 'session')
    .select(['session.userId', 'session.id', 'session.lastSeq', 'session.titleSearch'])
    .where('session.userId = :userId AND session.lastSeq >= :from AND session.lastSeq < :below', {
      userId,
      from,
      below,
    })
    .andWhere('session.titleSearch IS NOT NULL');
  terms.forEach(({ text }, n) => {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    query.andWhere(`session.titleSearch LIKE :term${n} ESCAPE '\\'`, { [`term${n}`]: pattern });
  });
  return query.orderBy('session.lastSeq', 'DESC').limit(READ_AT_ONCE).getMany();
}

async function hasInTexts(
  manager: EntityManager,
  search: Search,
  newest: Hit & Pick<SessionKey, 'userId'>,
): Promise<boolean> {
  const { userId, sessionId } = newest;
  const first = await manager.findOne(MessageEntity, {
    select: { seq: true },
    where: { userId, sessionId, replacedBy: IsNull() },
    order: { seq: 'ASC' },
  });
  const range = { from: first?.seq ?? newest.seq, below: newest.seq + 1 };
  const { hits } = await findInTexts(manager, { ...search, wanted: 1 }, range, sessionId);
  return hits.length > 0;
}

/** What of these messages is the user's and stands in a session, or in this one; newest first. */
async function messagesAt(
  manager: EntityManager,
  seqs: readonly number[],
  { userId, sessionId }: Pick<SessionKey, 'userId'> & Partial<SessionKey>,
): Promise<(Hit & Pick<SessionKey, 'userId'>)[]> {
  if (seqs.length === 0) return [];
  // By nothing that an index has: a database that knows little of its rows would rather go through all of the user's.
  const rows = await manager.sql<(Hit & Pick<SessionKey, 'userId'>)[]>`
    SELECT "seq", "id", "user_id" AS "userId", "session_id" AS "sessionId",
      SUBSTR("content", 1, ${READ_CHARACTERS}) AS "content" FROM "messages"
    WHERE "seq" IN (${() => seqs}) AND "replaced_by" IS NULL ORDER BY "seq" DESC`;
  const ofSession = (row: Hit) => sessionId === undefined || row.sessionId === sessionId;
  return rows.filter((row) => row.userId === userId && ofSession(row));
}

async function toResults(
  manager: EntityManager,
  { userId, terms, left }: Search,
  hits: readonly Hit[],
): Promise<SearchResult[]> {
  const sessions = await manager.find(SessionEntity, {
    select: { id: true, title: true, userId: true },
    where: { userId, id: In(hits.map(({ sessionId }) => sessionId)) },
  });
  const titles = new Map(sessions.map(({ id, title }) => [id, title]));
  const results: SearchResult[] = [];
  for (const { id, sessionId, content } of hits) {
    if (left?.aborted) break;
    const snippet = snippetOf(content, searched(content), terms);
    results.push({ session_id: sessionId, message_id: id, title: titles.get(sessionId) ?? '', snippet });
    if (content.length > LOOK_AT_ONCE_CHARS / READ_AT_ONCE) await breathe(0);
  }
  return results;
}

/** Undefined where this user has no such message. */
async function seqOf(manager: EntityManager, userId: string, id: string): Promise<number | undefined> {
  const row = await manager.findOne(MessageEntity, { select: { seq: true }, where: { userId, id } });
  return row?.seq;
}
