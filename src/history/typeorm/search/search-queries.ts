import { setImmediate as breathe } from 'node:timers/promises';
import { In, IsNull, type EntityManager } from 'typeorm';
import type { SearchQuery, SessionKey } from '../../history-store.js';
import type { SearchResult } from '../../../wire/message.js';
import { MessageEntity } from '../entities/message.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import { candidates, type SeqRange } from '../sqlite/search-index.js';
import { queued } from './search-queue.js';
import { snippetOf } from './search-snippet.js';
import { firstHit, searched, searchTerms, type SearchTerm } from './search-text.js';

/** How many messages are read at once to see whether they hold what is looked for. */
const READ_AT_ONCE = 64;
/** Answers are being streamed meanwhile. */
const LOOK_AT_ONCE_CHARS = 200_000;
/** Then the page ends with what was found, and with `hasMore`. */
const PATIENCE_MS = 1_000;

interface Hit {
  seq: number;
  sessionId: string;
  messageId: string;
  snippet: string;
}

interface Found {
  hits: Hit[];
  /** All messages from this `seq` on were looked at. */
  from: number;
}

interface Search {
  userId: string;
  terms: readonly SearchTerm[];
  /** One more than a page shows. */
  wanted: number;
  deadline: number;
}

/** A user's messages that hold all that was typed, and sessions whose title does, newest first. */
export async function searchMessages(
  manager: EntityManager,
  userId: string,
  { text, limit, before }: SearchQuery,
  patienceMs = PATIENCE_MS,
): Promise<{ results: SearchResult[]; hasMore: boolean }> {
  const terms = searchTerms(text);
  const below = before === undefined ? Number.MAX_SAFE_INTEGER : await seqOf(manager, userId, before);
  if (terms.length === 0 || below === undefined) return { results: [], hasMore: false };
  const search = { userId, terms, wanted: limit + 1, deadline: performance.now() + patienceMs };
  const texts = await findInTexts(manager, search, { from: 0, below });
  const titles = await findInTitles(manager, search, { from: texts.from, below });
  const from = Math.max(texts.from, titles.from);
  const hits = [...texts.hits, ...titles.hits].filter(({ seq }) => seq >= from).sort((a, b) => b.seq - a.seq);
  return {
    results: await withTitles(manager, userId, hits.slice(0, limit)),
    hasMore: hits.length > limit || from > 0,
  };
}

/** Newest first, the next to be read: what the index gives, and all that still waits for its place there. */
async function mayHold(
  manager: EntityManager,
  userId: string,
  terms: readonly SearchTerm[],
  range: SeqRange,
): Promise<number[]> {
  // Before the index is asked: what gets its place meanwhile is found there.
  const waiting = await queued(manager, userId, range);
  const indexed = await candidates(manager, userId, terms, range, READ_AT_ONCE);
  return [...new Set([...waiting, ...indexed])].sort((one, other) => other - one).slice(0, READ_AT_ONCE);
}

/** In the texts of what stands in the user's sessions, or in one of them. */
async function findInTexts(
  manager: EntityManager,
  search: Search,
  range: SeqRange,
  sessionId?: string,
): Promise<Found> {
  const { userId, terms, wanted, deadline } = search;
  const hits: Hit[] = [];
  for (let { below } = range; ;) {
    const seqs = await mayHold(manager, userId, terms, { from: range.from, below });
    const session = { userId, ...(sessionId === undefined ? {} : { sessionId }) };
    let looked = 0;
    for (const row of await messagesAt(manager, seqs, session)) {
      const text = searched(row.content);
      looked += text.length;
      if (looked > LOOK_AT_ONCE_CHARS) looked = await breathe(0);
      if (firstHit(text, terms) !== undefined) hits.push(toHit(row, text, terms));
    }
    below = seqs.at(-1) ?? range.from;
    if (seqs.length < READ_AT_ONCE) return { hits, from: range.from };
    if (hits.length >= wanted || performance.now() > deadline) return { hits, from: below };
  }
}

/** Sessions that have all of it in their title and nowhere else: each with its newest message. */
async function findInTitles(manager: EntityManager, search: Search, range: SeqRange): Promise<Found> {
  const { userId, terms, wanted, deadline } = search;
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
      if (performance.now() > deadline) return { hits, from: row.seq + 1 };
      if (!(await hasInTexts(manager, search, row))) hits.push(toHit(row, searched(row.content), terms));
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

async function hasInTexts(manager: EntityManager, search: Search, newest: MessageEntity): Promise<boolean> {
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
): Promise<MessageEntity[]> {
  if (seqs.length === 0) return [];
  const rows = await manager.find(MessageEntity, {
    select: { seq: true, id: true, userId: true, sessionId: true, content: true, replacedBy: true },
    // By nothing else: a database that knows little of its rows would rather go through all of the user's.
    where: { seq: In([...seqs]) },
    order: { seq: 'DESC' },
  });
  const ofSession = (row: MessageEntity) => sessionId === undefined || row.sessionId === sessionId;
  return rows.filter((row) => row.userId === userId && row.replacedBy === null && ofSession(row));
}

function toHit({ seq, id, sessionId, content }: MessageEntity, text: string, terms: readonly SearchTerm[]): Hit {
  return { seq, sessionId, messageId: id, snippet: snippetOf(content, text, terms) };
}

async function withTitles(manager: EntityManager, userId: string, hits: readonly Hit[]): Promise<SearchResult[]> {
  const sessions = await manager.find(SessionEntity, {
    select: { id: true, title: true, userId: true },
    where: { userId, id: In(hits.map(({ sessionId }) => sessionId)) },
  });
  const titles = new Map(sessions.map(({ id, title }) => [id, title]));
  return hits.map(({ sessionId, messageId, snippet }) => ({
    session_id: sessionId,
    message_id: messageId,
    title: titles.get(sessionId) ?? '',
    snippet,
  }));
}

/** Undefined where this user has no such message. */
async function seqOf(manager: EntityManager, userId: string, id: string): Promise<number | undefined> {
  const row = await manager.findOne(MessageEntity, { select: { seq: true }, where: { userId, id } });
  return row?.seq;
}
