import type { EntityManager } from 'typeorm';
import { SEARCHED_CHARACTERS, type SearchTerm } from '../search/search-text.js';
import type { SearchDocument, SearchIndex, SeqRange } from '../sql-dialect.js';
import { addToSearch, indexed, removeFromSearch, removeMessagesFromSearch } from './search-index.js';

/** Checkpoints wait for it, and so do those who are read to: cutting a text up is done on the main thread. */
const MESSAGES_AT_ONCE = 100;
const CHARACTERS_AT_ONCE = 50_000;

/** Adds the oldest of the queue to the index, in the caller's transaction; gives whether there may be more. */
export async function indexQueued(manager: EntityManager): Promise<boolean> {
  const rows = await manager.query<SearchDocument[]>(
    `SELECT "seq", "user_id" AS "userId", SUBSTR("content", 1, ${SEARCHED_CHARACTERS}) AS "content" FROM "messages"
      WHERE "seq" IN (SELECT "seq" FROM "search_queue" ORDER BY "seq" LIMIT ${MESSAGES_AT_ONCE}) ORDER BY "seq"`,
  );
  if (rows.length === 0) return false;
  const some = rows.slice(0, countWithin(rows));
  await addToSearch(manager, some);
  await manager.query('DELETE FROM "search_queue" WHERE "seq" <= ?', [some.at(-1)?.seq ?? 0]);
  return some.length < rows.length || rows.length === MESSAGES_AT_ONCE;
}

/** `seq` of what a user's messages wait in the queue within the range. */
async function queued(manager: EntityManager, userId: string, { from, below }: SeqRange): Promise<number[]> {
  // By nothing else: with the user in it, a database that knows little of its rows goes through all of the user's.
  const rows = await manager.query<Pick<SearchDocument, 'seq' | 'userId'>[]>(
    `SELECT "seq", "user_id" AS "userId" FROM "messages"
      WHERE "seq" IN (SELECT "seq" FROM "search_queue" WHERE "seq" >= ? AND "seq" < ?)`,
    [from, below],
  );
  return rows.filter((row) => row.userId === userId).map(({ seq }) => seq);
}

/** How many of them are little enough for one transaction; one is, whatever its length. */
function countWithin(documents: readonly SearchDocument[]): number {
  let characters = 0;
  const last = documents.findIndex(({ content }) => (characters += content.length) > CHARACTERS_AT_ONCE);
  return last === -1 ? documents.length : Math.max(1, last);
}

/** An index that new messages reach in the background, and a queue of those that wait: searches look at both. */
export const SQLITE_SEARCH: SearchIndex = {
  candidates,
  add: addToSearch,
  removeSession: removeFromSearch,
  removeMessages: removeMessagesFromSearch,
  catchUp: indexQueued,
};

async function candidates(
  manager: EntityManager,
  userId: string,
  terms: readonly SearchTerm[],
  range: SeqRange,
  limit: number,
): Promise<number[]> {
  // Before the index is asked: what moves meanwhile is found there.
  const waiting = await queued(manager, userId, range);
  const found = await indexed(manager, userId, terms, range, limit);
  return [...new Set([...waiting, ...found])].sort((one, other) => other - one).slice(0, limit);
}
