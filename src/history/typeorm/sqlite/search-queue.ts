import type { EntityManager } from 'typeorm';
import { placeholders } from '../placeholders.js';
import { addToSearch, type SearchDocument, type SeqRange } from './search-index.js';
import { SEARCHED_CHARACTERS } from '../search/search-text.js';

/** What has text and is not in the index yet. Searches look at all of it, so it is found without. */

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
  const [last] = placeholders(manager, 1);
  await manager.query(`DELETE FROM "search_queue" WHERE "seq" <= ${last}`, [some.at(-1)?.seq ?? 0]);
  return some.length < rows.length || rows.length === MESSAGES_AT_ONCE;
}

/** `seq` of what a user's messages wait in the queue within the range. */
export async function queued(manager: EntityManager, userId: string, { from, below }: SeqRange): Promise<number[]> {
  const [first, beyond] = placeholders(manager, 2);
  // By nothing else: with the user in it, a database that knows little of its rows goes through all of the user's.
  const rows = await manager.query<Pick<SearchDocument, 'seq' | 'userId'>[]>(
    `SELECT "seq", "user_id" AS "userId" FROM "messages"
      WHERE "seq" IN (SELECT "seq" FROM "search_queue" WHERE "seq" >= ${first} AND "seq" < ${beyond})`,
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
