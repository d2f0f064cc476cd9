import type { EntityManager, QueryRunner } from 'typeorm';
import type { SessionKey } from '../../history-store.js';
import type { SearchTerm } from '../search/search-text.js';
import type { SearchDocument, SeqRange } from '../sql-dialect.js';
import { gramsOf, indexedText } from './grams.js';

/**
 * Where messages are that hold certain pieces of text. SQLite's full-text index (FTS5) keeps for each piece the messages
 * that have it, not where in them, and none of their text.
 * Those that leave their session stay in it; whoever asks looks at the messages themselves.
 */

/** The driver hands numbers of this size over as floating point, though they have no fraction. */
const NUMBER = 'CAST(? AS INTEGER)';

/** Each statement is a write of its own to the index. */
const ROWS_PER_STATEMENT = 1_000;
/** SQLite's own figures, and some for many documents at once: larger writes, merged later and by more. */
const MERGING = { automerge: 4, crisismerge: 16, hashsize: 1024 * 1024 };
const MERGING_IN_BULK = { automerge: 0, crisismerge: 64, hashsize: 64 * 1024 * 1024 };

/**
 * A document's number is that of its message, within a range of numbers that its user has (and, rarely, somebody else):
 * what other users wrote costs a search nothing.
 */
const RANGE = 2 ** 32;
const RANGES = 2 ** 21;

export async function createSearchIndex(runner: QueryRunner): Promise<void> {
  await runner.query(
    `CREATE VIRTUAL TABLE "message_search" USING fts5("text", content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')`,
  );
}

/** Adds a multitude in `work`; the index is as good as made in one piece then. */
export async function fillSearchIndex({ manager }: QueryRunner, work: () => Promise<void>): Promise<void> {
  const configure = async (settings: Readonly<Record<string, number>>) => {
    for (const [name, value] of Object.entries(settings))
      await manager.query(`INSERT INTO "message_search" ("message_search", "rank") VALUES ('${name}', ${value})`);
  };
  await configure(MERGING_IN_BULK);
  await work();
  await manager.query(`INSERT INTO "message_search" ("message_search") VALUES ('optimize')`);
  await configure(MERGING);
}

export async function dropSearchIndex(runner: QueryRunner): Promise<void> {
  await runner.query('DROP TABLE "message_search"');
}

/** Each message once: a second time would not replace the first. */
export async function addToSearch(manager: EntityManager, documents: readonly SearchDocument[]): Promise<void> {
  const rows = documents
    .filter(({ content }) => content !== '')
    .map(({ seq, userId, content }) => ({ number: rangeOf(userId) * RANGE + seq, content }))
    // In another order each row would be a write of its own.
    .sort((one, other) => one.number - other.number);
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT);
    const values = some.flatMap(({ number, content }) => [number, indexedText(content)]);
    const tuples = some.map(() => `(${NUMBER}, ?)`).join();
    await manager.query(`INSERT INTO "message_search" ("rowid", "text") VALUES ${tuples}`, values);
  }
}

/** Before the session's messages are deleted. */
export async function removeFromSearch(manager: EntityManager, { userId, sessionId }: SessionKey): Promise<void> {
  await manager.query(
    `DELETE FROM "message_search" WHERE "rowid" IN
      (SELECT ${NUMBER} + "seq" FROM "messages" WHERE "user_id" = ? AND "session_id" = ?)`,
    [rangeOf(userId) * RANGE, userId, sessionId],
  );
}

/** Before these messages of the user are deleted. */
export async function removeMessagesFromSearch(
  manager: EntityManager,
  userId: string,
  seqs: readonly number[],
): Promise<void> {
  for (const seq of seqs)
    await manager.query(`DELETE FROM "message_search" WHERE "rowid" = ${NUMBER}`, [rangeOf(userId) * RANGE + seq]);
}

/** `seq` of indexed messages that may hold all of the terms, newest first, at most `limit`. */
export async function indexed(
  manager: EntityManager,
  userId: string,
  terms: readonly SearchTerm[],
  { from, below }: SeqRange,
  limit: number,
): Promise<number[]> {
  const base = rangeOf(userId) * RANGE;
  // A gram in quotes is a string, whatever stands in it.
  const match = gramsOf(terms).map((gram) => `"${gram.replaceAll('"', '""')}"`);
  const rows = await manager.query<{ number: number }[]>(
    `SELECT "rowid" AS "number" FROM "message_search"
      WHERE ${match.length === 0 ? '' : '"message_search" MATCH ? AND'} "rowid" >= ${NUMBER} AND "rowid" < ${NUMBER}
      ORDER BY "rowid" DESC LIMIT ?`,
    [...(match.length === 0 ? [] : [match.join(' AND ')]), base + from, base + Math.min(below, RANGE), limit],
  );
  return rows.map(({ number }) => number - base);
}

/** FNV-1a: any even distribution would do, but it must stay what it is. */
function rangeOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < userId.length; at++) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % RANGES;
}
