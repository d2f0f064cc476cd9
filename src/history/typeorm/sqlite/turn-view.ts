import type { EntityManager } from 'typeorm';
import type { NewTurn } from '../../history-store.js';
import { KEPT_MS } from '../idempotency-keys.js';
import { LONGEST_TEXT_IN_JSON, of, trigger } from './view-trigger.js';

const IN_ITS_SESSION = `"user_id" = ${of('userId')} AND "session_id" = ${of('sessionId')}`;
const CURRENT = `${IN_ITS_SESSION} AND "replaced_by" IS NULL`;
const ITS_KEY = `"user_id" = ${of('userId')} AND "key" = ${of('$.idempotency.key')}`;
const EXPIRY = `${of('at')} - ${KEPT_MS}`;
const REPLACES = `${of('$.target.messageId')} IS NOT NULL`;
/** The first version of what stands where the turn begins. */
const VERSION_OF = `(SELECT COALESCE("version_of", "id") FROM "messages" WHERE "id" = ${of('$.target.messageId')})`;

/** A refused turn leaves nothing, and the others of its statement are stored. */
const REFUSALS = [
  `SELECT RAISE(IGNORE) WHERE EXISTS
    (SELECT 1 FROM "idempotency_keys" WHERE ${ITS_KEY} AND "created_at" > ${EXPIRY})`,
  `SELECT RAISE(IGNORE) WHERE ${REPLACES} AND NOT EXISTS
    (SELECT 1 FROM "messages" WHERE ${CURRENT} AND "id" = ${of('$.target.messageId')})`,
];

/** Whose place the turn takes leaves the session with all that follows. */
const REPLACED = [
  `UPDATE "messages" SET "replaced_by" = CASE ${of('$.target.kind')} WHEN 'answer' THEN ${of('answerId')} ELSE ${of('questionId')} END
    WHERE ${REPLACES} AND ${CURRENT} AND "seq" >= (SELECT "seq" FROM "messages" WHERE "id" = ${of('$.target.messageId')})`,
  // A session whose first question is asked anew is named after the new one, unless somebody gave it a name.
  `UPDATE "sessions" SET "title" = ${of('title')} WHERE ${of('$.target.kind')} = 'question'
    AND "user_id" = ${of('userId')} AND "id" = ${of('sessionId')} AND "title_search" IS NULL
    AND NOT EXISTS (SELECT 1 FROM "messages" WHERE ${CURRENT})`,
];

const MESSAGES = [
  `INSERT INTO "sessions" ("user_id", "id", "title", "created_at", "updated_at", "message_count", "last_seq")
    VALUES (${of('userId')}, ${of('sessionId')}, ${of('title')}, ${of('at')}, ${of('at')}, 0, 0) ON CONFLICT DO NOTHING`,
  `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "version_of", "created_at")
    SELECT ${of('questionId')}, ${of('userId')}, ${of('sessionId')}, 'user', NEW."question", '', 'complete',
      CASE ${of('$.target.kind')} WHEN 'question' THEN ${VERSION_OF} END, ${of('at')}
    WHERE ${of('$.target.kind')} IS NOT 'answer'`,
  `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "owner", "version_of", "created_at")
    VALUES (${of('answerId')}, ${of('userId')}, ${of('sessionId')}, 'assistant', '', '', 'streaming', ${of('owner')},
      CASE ${of('$.target.kind')} WHEN 'answer' THEN ${VERSION_OF} END, ${of('at')})`,
  `UPDATE "sessions" SET "updated_at" = ${of('at')}, "message_count" = CASE WHEN ${REPLACES}
      THEN (SELECT COUNT(*) FROM "messages" WHERE ${CURRENT}) ELSE "message_count" + 2 END,
    "last_seq" = (SELECT "seq" FROM "messages" WHERE "id" = ${of('answerId')})
    WHERE "user_id" = ${of('userId')} AND "id" = ${of('sessionId')}`,
];

const TURN = trigger('open_turn', '"opened_turns"', [
  ...REFUSALS,
  ...REPLACED,
  ...MESSAGES,
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT ${of('answerId')}, 'reasoning', 0, NEW."carried_reasoning", ${of('at')} WHERE NEW."carried_reasoning" <> ''`,
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT ${of('answerId')}, 'text', 0, NEW."carried_text", ${of('at')} WHERE NEW."carried_text" <> ''`,
  // A question that stood before is there already, or in the index.
  `INSERT INTO "search_queue" ("seq") SELECT "seq" FROM "messages"
    WHERE "id" = ${of('questionId')} AND "content" <> '' AND ${of('$.target.kind')} IS NOT 'answer'`,
  // One that is left of an earlier day.
  `DELETE FROM "idempotency_keys" WHERE ${ITS_KEY}`,
  `INSERT INTO "idempotency_keys" ("user_id", "key", "fingerprint", "message_id", "created_at")
    SELECT ${of('userId')}, ${of('$.idempotency.key')}, ${of('$.idempotency.fingerprint')}, ${of('answerId')}, ${of('at')}
    WHERE ${of('$.idempotency.key')} IS NOT NULL`,
]);

export const TURN_VIEW = [
  'CREATE TEMP VIEW "opened_turns" ("row", "question", "carried_text", "carried_reasoning") AS SELECT NULL, NULL, NULL, NULL',
  TURN,
];

/** Begins with WITH: what begins with INSERT is run without its result by TypeORM. */
const MANY = `WITH "turns" ("row") AS (SELECT "value" FROM json_each(?))
  INSERT INTO "opened_turns" ("row", "question", "carried_text", "carried_reasoning")
  SELECT "row", "row" ->> 'question', "row" ->> '$.carried.text', "row" ->> '$.carried.reasoning' FROM "turns"
  RETURNING "row" ->> 'answerId' AS "id"`;

const ONE = `WITH "turn" ("row", "question", "carried_text", "carried_reasoning") AS (VALUES (?, ?, ?, ?))
  INSERT INTO "opened_turns" SELECT * FROM "turn" RETURNING "row" ->> 'answerId' AS "id"`;

/** Stores turns; gives the ids of the answers that were opened, without those whose key or place is taken. */
export async function insertTurns(
  manager: EntityManager,
  turns: readonly NewTurn[],
  owner: string,
): Promise<Set<string>> {
  const [only] = turns;
  const stored =
    only !== undefined && turns.length === 1 && isLong(only)
      ? await insertLong(manager, only, owner)
      : await manager.query<{ id: string }[]>(MANY, [JSON.stringify(turns.map((turn) => ({ ...turn, owner })))]);
  return new Set(stored.map(({ id }) => id));
}

function insertLong(manager: EntityManager, turn: NewTurn, owner: string): Promise<{ id: string }[]> {
  const { question, carried, ...row } = turn;
  const values = [JSON.stringify({ ...row, owner }), question, carried?.text ?? null, carried?.reasoning ?? null];
  return manager.query(ONE, values);
}

function isLong({ question, carried }: NewTurn): boolean {
  const texts = [question, carried?.text ?? '', carried?.reasoning ?? ''];
  return texts.some(({ length }) => length > LONGEST_TEXT_IN_JSON);
}
