import type { DataSource, EntityManager } from 'typeorm';
import type { HistoryRecord, NewTurn } from '../../history-store.js';

/**
 * What questions, checkpoints and answers write is one statement each, whatever its number of rows: each statement is a
 * way to a thread and back, and a transaction of several is held up at each. The rows go in as JSON, through views of
 * this connection whose triggers do the rest. The statements are always the same, so they stay prepared.
 */

/** A turn with what the database adds to it. */
export interface OpenedTurn extends NewTurn {
  owner: string;
  /** The first version of what stands where this turn begins; null where it is the first itself. */
  versionOf: string | null;
}

const TURN = trigger('open_turn', '"opened_turns"', [
  `INSERT INTO "sessions" ("user_id", "id", "title", "created_at", "updated_at", "message_count", "last_seq")
    VALUES (${of('userId')}, ${of('sessionId')}, ${of('title')}, ${of('at')}, ${of('at')}, 0, 0) ON CONFLICT DO NOTHING`,
  `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "version_of", "created_at")
    SELECT ${of('questionId')}, ${of('userId')}, ${of('sessionId')}, 'user', ${of('question')}, '', 'complete', ${of('versionOf')}, ${of('at')}
    WHERE ${of('$.place.kind')} IS NOT 'answer'`,
  `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "owner", "version_of", "created_at")
    VALUES (${of('answerId')}, ${of('userId')}, ${of('sessionId')}, 'assistant', '', '', 'streaming', ${of('owner')},
      CASE ${of('$.place.kind')} WHEN 'answer' THEN ${of('versionOf')} END, ${of('at')})`,
  `UPDATE "sessions" SET "updated_at" = ${of('at')}, "message_count" = "message_count" + 2,
    "last_seq" = (SELECT "seq" FROM "messages" WHERE "id" = ${of('answerId')})
    WHERE "user_id" = ${of('userId')} AND "id" = ${of('sessionId')}`,
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT ${of('answerId')}, 'reasoning', 0, ${of('$.carried.reasoning')}, ${of('at')} WHERE ${of('$.carried.reasoning')} <> ''`,
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT ${of('answerId')}, 'text', 0, ${of('$.carried.text')}, ${of('at')} WHERE ${of('$.carried.text')} <> ''`,
  // A question that stood before is there already, or in the index.
  `INSERT INTO "search_queue" ("seq") SELECT "seq" FROM "messages"
    WHERE "id" = ${of('questionId')} AND "content" <> '' AND ${of('$.place.kind')} IS NOT 'answer'`,
]);

/** Those of answers that are deleted, or have ended, are dropped. */
const RUNNING = `"messages" WHERE "id" = ${of('answerId')} AND "status" = 'streaming'`;

const SEGMENT = trigger('write_segment', recordsOf('segment'), [
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT "id", ${of('channel')}, ${of('at')}, ${of('text')}, NEW."stored_at" FROM ${RUNNING} ON CONFLICT DO NOTHING`,
]);

const ATTEMPT_START = trigger('write_attempt_start', recordsOf('attempt-start'), [
  `INSERT INTO "attempts" ("message_id", "n", "provider", "model", "reason", "from_provider", "from_code", "text_from", "reasoning_from", "outcome", "started_at")
    SELECT "id", ${of('n')}, ${of('provider')}, ${of('model')}, ${of('reason')}, ${of('from')}, ${of('fromCode')},
      ${of('textFrom')}, ${of('reasoningFrom')}, 'running', ${of('at')} FROM ${RUNNING} ON CONFLICT DO NOTHING`,
]);

const ATTEMPT_END = trigger('write_attempt_end', recordsOf('attempt-end'), [
  `UPDATE "attempts" SET "outcome" = ${of('outcome')}, "code" = ${of('code')}, "tokens" = ${of('$.usage.tokens')},
    "prompt_tokens" = ${of('$.usage.prompt_tokens')}, "completion_tokens" = ${of('$.usage.completion_tokens')},
    "source" = CASE ${of('$.usage.accurate')} WHEN 1 THEN 'actual' WHEN 0 THEN 'estimated' END, "ended_at" = ${of('at')}
    WHERE "message_id" = ${of('answerId')} AND "n" = ${of('n')} AND EXISTS (SELECT 1 FROM ${RUNNING})`,
]);

const ANSWER_END = trigger('write_answer_end', recordsOf('answer-end'), [
  `INSERT INTO "search_queue" ("seq") SELECT "seq" FROM ${RUNNING} AND ${of('content')} <> ''`,
  `DELETE FROM "segments" WHERE "message_id" = ${of('answerId')}`,
  `UPDATE "messages" SET "status" = ${of('status')}, "finish_reason" = ${of('finishReason')}, "content" = ${of('content')},
    "reasoning" = ${of('reasoning')}, "provider" = ${of('provider')}, "model" = ${of('model')}, "tokens" = ${of('$.usage.tokens')},
    "prompt_tokens" = ${of('$.usage.prompt_tokens')}, "completion_tokens" = ${of('$.usage.completion_tokens')},
    "accurate" = ${of('$.usage.accurate')}, "cost_usd" = ${of('$.usage.cost_usd')}, "error" = ${of('error')},
    "time_to_first_token_ms" = ${of('timeToFirstTokenMs')}, "duration_ms" = ${of('durationMs')}
    WHERE "id" = ${of('answerId')} AND "status" = 'streaming'`,
]);

const ANSWER_USAGE = trigger('write_answer_usage', recordsOf('answer-usage'), [
  `UPDATE "messages" SET "tokens" = ${of('$.usage.tokens')}, "prompt_tokens" = ${of('$.usage.prompt_tokens')},
    "completion_tokens" = ${of('$.usage.completion_tokens')}, "accurate" = ${of('$.usage.accurate')},
    "cost_usd" = ${of('$.usage.cost_usd')} WHERE "id" = ${of('answerId')} AND "status" <> 'streaming'`,
  `UPDATE "attempts" SET "tokens" = "used"."value" ->> '$.usage.tokens',
    "prompt_tokens" = "used"."value" ->> '$.usage.prompt_tokens',
    "completion_tokens" = "used"."value" ->> '$.usage.completion_tokens',
    "source" = CASE "used"."value" ->> '$.usage.accurate' WHEN 1 THEN 'actual' ELSE 'estimated' END
    FROM json_each(NEW."row", '$.attempts') AS "used"
    WHERE "message_id" = ${of('answerId')} AND "n" = "used"."value" ->> 'n'`,
]);

/** On the connection that writes; they are its own and end with it. */
export async function createWriteViews(source: DataSource): Promise<void> {
  await source.query('PRAGMA temp_store = MEMORY');
  await source.query('CREATE TEMP VIEW "opened_turns" ("row") AS SELECT NULL');
  await source.query('CREATE TEMP VIEW "written_records" ("kind", "row", "stored_at") AS SELECT NULL, NULL, NULL');
  for (const sql of [TURN, SEGMENT, ATTEMPT_START, ATTEMPT_END, ANSWER_END, ANSWER_USAGE]) await source.query(sql);
}

/** Stores turns, in one statement. */
export async function insertTurns(manager: EntityManager, turns: readonly OpenedTurn[]): Promise<void> {
  const rows = JSON.stringify(turns);
  await manager.query('INSERT INTO "opened_turns" ("row") SELECT "value" FROM json_each(?)', [rows]);
}

/** Writes records of any number of answers, in one statement; those of answers that are deleted, or have ended, are dropped. */
export async function insertRecords(manager: EntityManager, records: readonly HistoryRecord[]): Promise<void> {
  await manager.query(
    `INSERT INTO "written_records" ("kind", "row", "stored_at") SELECT "value" ->> 'kind', "value", ? FROM json_each(?)`,
    [Date.now(), JSON.stringify(records)],
  );
}

/** A field of the row: its name, or its path. */
function of(field: string): string {
  return `NEW."row" ->> '${field}'`;
}

function recordsOf(kind: HistoryRecord['kind']): string {
  return `"written_records" WHEN NEW."kind" = '${kind}'`;
}

function trigger(name: string, rows: string, statements: readonly string[]): string {
  const body = statements.map((statement) => `${statement};`).join('\n');
  return `CREATE TEMP TRIGGER "${name}" INSTEAD OF INSERT ON ${rows} BEGIN\n${body}\nEND`;
}
