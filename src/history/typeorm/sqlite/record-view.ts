import type { EntityManager } from 'typeorm';
import type { HistoryRecord } from '../../history-store.js';
import { LONGEST_TEXT_IN_JSON, of, trigger } from './view-trigger.js';

/** Those of answers that are deleted, or have ended, are dropped. */
const RUNNING = `"messages" WHERE "id" = ${of('answerId')} AND "status" = 'streaming'`;

const SEGMENT = trigger('write_segment', recordsOf('segment'), [
  `INSERT INTO "segments" ("message_id", "kind", "at", "text", "stored_at")
    SELECT "id", ${of('channel')}, ${of('at')}, NEW."text", NEW."stored_at" FROM ${RUNNING} ON CONFLICT DO NOTHING`,
]);

/** The columns of an attempt that its record gives; those of its usage may come once more after the answer's end. */
const ATTEMPT_COLUMNS = {
  n: attempt('n'),
  provider: attempt('provider'),
  model: attempt('model'),
  reason: attempt('reason'),
  from_provider: attempt('from'),
  from_code: attempt('fromCode'),
  text_from: attempt('textFrom'),
  reasoning_from: attempt('reasoningFrom'),
  started_at: attempt('startedAt'),
  outcome: attempt('outcome'),
  code: attempt('code'),
  time_to_first_token_ms: rounded(attempt('timeToFirstTokenMs')),
  ended_at: rounded(`${attempt('startedAt')} + ${attempt('durationMs')}`),
  ...usageColumns(attempt),
};
const NAMES = Object.keys(ATTEMPT_COLUMNS).map((name) => `"${name}"`);

const ATTEMPT = trigger('write_attempt', recordsOf('attempt'), [
  `INSERT INTO "attempts" ("message_id", ${NAMES.join(', ')})
    SELECT "id", ${Object.values(ATTEMPT_COLUMNS).join(', ')} FROM ${RUNNING}
    ON CONFLICT ("message_id", "n") DO UPDATE SET ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}`,
]);

const ANSWER_END = trigger('write_answer_end', recordsOf('answer-end'), [
  `INSERT INTO "search_queue" ("seq") SELECT "seq" FROM ${RUNNING} AND NEW."text" <> ''`,
  `DELETE FROM "segments" WHERE "message_id" = ${of('answerId')}`,
  `UPDATE "messages" SET "status" = ${of('status')}, "finish_reason" = ${of('finishReason')}, "content" = NEW."text",
    "reasoning" = NEW."reasoning", "provider" = ${of('provider')}, "model" = ${of('model')}, "tokens" = ${of('$.usage.tokens')},
    "prompt_tokens" = ${of('$.usage.prompt_tokens')}, "completion_tokens" = ${of('$.usage.completion_tokens')},
    "accurate" = ${of('$.usage.accurate')}, "cost_usd" = ${of('$.usage.cost_usd')}, "error" = ${of('error')},
    "time_to_first_token_ms" = ${rounded(of('timeToFirstTokenMs'))}, "duration_ms" = ${rounded(of('durationMs'))}
    WHERE "id" = ${of('answerId')} AND "status" = 'streaming'`,
]);

const ANSWER_USAGE = trigger('write_answer_usage', recordsOf('answer-usage'), [
  `UPDATE "messages" SET "tokens" = ${of('$.usage.tokens')}, "prompt_tokens" = ${of('$.usage.prompt_tokens')},
    "completion_tokens" = ${of('$.usage.completion_tokens')}, "accurate" = ${of('$.usage.accurate')},
    "cost_usd" = ${of('$.usage.cost_usd')} WHERE "id" = ${of('answerId')} AND "status" <> 'streaming'`,
  `UPDATE "attempts" SET ${Object.entries(usageColumns((field) => `"used"."value" ->> '$.${field}'`))
    .map(([name, value]) => `"${name}" = ${value}`)
    .join(', ')}
    FROM json_each(NEW."row", '$.attempts') AS "used"
    WHERE "message_id" = ${of('answerId')} AND "n" = "used"."value" ->> 'n'`,
]);

export const RECORD_VIEW = [
  `CREATE TEMP VIEW "written_records" ("kind", "row", "text", "reasoning", "stored_at") AS
    SELECT NULL, NULL, NULL, NULL, NULL`,
  SEGMENT,
  ATTEMPT,
  ANSWER_END,
  ANSWER_USAGE,
];

const MANY = `INSERT INTO "written_records" ("kind", "row", "text", "reasoning", "stored_at")
  SELECT "value" ->> 'kind', "value", COALESCE("value" ->> 'text', "value" ->> 'content'), "value" ->> 'reasoning', ?
  FROM json_each(?)`;

const ONE = `INSERT INTO "written_records" ("kind", "row", "text", "reasoning", "stored_at") VALUES (?, ?, ?, ?, ?)`;

/** Records that one statement writes. */
export type RecordBatch = readonly HistoryRecord[];

/** Records in their order, in as few statements as there can be; usually it is one. */
export function recordBatches(records: readonly HistoryRecord[]): RecordBatch[] {
  const batches: HistoryRecord[][] = [];
  let joined: HistoryRecord[] | undefined;
  for (const record of records) {
    if (isLong(record)) {
      batches.push([record]);
      joined = undefined;
    } else if (joined === undefined) batches.push((joined = [record]));
    else joined.push(record);
  }
  return batches;
}

/** Writes records of any number of answers; those of answers that are deleted, or have ended, are dropped. */
export async function insertRecords(manager: EntityManager, batches: readonly RecordBatch[]): Promise<void> {
  const storedAt = Date.now();
  for (const batch of batches) {
    const [first] = batch;
    if (first !== undefined && isLong(first)) await insertLong(manager, first, storedAt);
    else await manager.query(MANY, [storedAt, JSON.stringify(batch)]);
  }
}

async function insertLong(manager: EntityManager, record: HistoryRecord, storedAt: number): Promise<void> {
  const { text, reasoning } = textsOf(record);
  const row = { ...record, text: undefined, content: undefined, reasoning: undefined };
  await manager.query(ONE, [record.kind, JSON.stringify(row), text, reasoning, storedAt]);
}

function isLong(record: HistoryRecord): boolean {
  const { text, reasoning } = textsOf(record);
  return text.length + reasoning.length > LONGEST_TEXT_IN_JSON;
}

function textsOf(record: HistoryRecord): { text: string; reasoning: string } {
  if (record.kind === 'segment') return { text: record.text, reasoning: '' };
  if (record.kind === 'answer-end') return { text: record.content, reasoning: record.reasoning };
  return { text: '', reasoning: '' };
}

function recordsOf(kind: HistoryRecord['kind']): string {
  return `"written_records" WHEN NEW."kind" = '${kind}'`;
}

/** A field of the attempt in an `attempt` record. */
function attempt(field: string): string {
  return of(`$.attempt.${field}`);
}

/** Columns of what an attempt used, from its record's fields. */
function usageColumns(field: (path: string) => string): Record<string, string> {
  return {
    tokens: field('usage.tokens'),
    prompt_tokens: field('usage.prompt_tokens'),
    completion_tokens: field('usage.completion_tokens'),
    source: `CASE ${field('usage.accurate')} WHEN 1 THEN 'actual' WHEN 0 THEN 'estimated' END`,
  };
}

function rounded(ms: string): string {
  return `CAST(ROUND(${ms}) AS INTEGER)`;
}
