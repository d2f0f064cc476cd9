import { In, IsNull, LessThan, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { ContextMessage, MessagesQuery, SessionKey, SessionMessage, StoredAnswer } from '../history-store.js';
import type { Message } from '../../wire/message.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { toAttempt, toMessage } from './message-mapper.js';
import { partialAnswers } from './segments.js';

/** A page of history ends before its JSON would have more bytes, but has at least one message. */
const PAGE_BYTES = 1024 * 1024;
/** Around the messages, whose commas are counted with them. */
const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ history: [], has_more: false }));
/** The text of a question's context, in UTF-8. More does not fit the window of any model. */
const CONTEXT_BYTES = 8 * 1024 * 1024;

/** The latest messages of a session, or of one version of it, before `page.before`, oldest first. */
export async function findMessages(
  manager: EntityManager,
  session: SessionKey,
  page: MessagesQuery,
): Promise<{ messages: Message[]; hasMore: boolean }> {
  // Text of running answers first: when one ends between the two statements, its row already holds the whole text.
  const partials = await partialAnswers(manager, await streamingIds(manager, session));
  const { seqs, hasMore } = await pageOf(manager, session, page);
  const rows = await manager.find(MessageEntity, { where: { seq: In(seqs) }, order: { seq: 'DESC' } });
  const attempts = await attemptsOf(manager, rows);
  const versions = await versionsOf(manager, rows);
  const messages = rows.map((row) =>
    toMessage(row, attempts.get(row.id) ?? [], partials.get(row.id), versions.get(firstVersionOf(row))),
  );
  const fitting = messages.slice(0, countWithin(messages.map(bytesOf), PAGE_BYTES - ENVELOPE_BYTES));
  return { messages: fitting.reverse(), hasMore: hasMore || fitting.length < messages.length };
}

/** What of a page may be read, newest first: by the length of its texts, since one message may have millions of characters. */
async function pageOf(
  manager: EntityManager,
  session: SessionKey,
  page: MessagesQuery,
): Promise<{ seqs: number[]; hasMore: boolean }> {
  const rows = await newestFirst(manager, session, page)
    .select('message.seq', 'seq')
    .addSelect('OCTET_LENGTH(message.content) + OCTET_LENGTH(message.reasoning)', 'bytes')
    .limit(page.limit + 1)
    .getRawMany<{ seq: number; bytes: number }>();
  const lengths = rows.slice(0, page.limit).map(({ bytes }) => bytes);
  const seqs = rows.slice(0, countWithin(lengths, PAGE_BYTES)).map(({ seq }) => seq);
  return { seqs, hasMore: seqs.length < rows.length };
}

/** How many of the lengths, from the first on, are within the bound together; the first always is. */
function countWithin(lengths: readonly number[], bound: number): number {
  let sum = 0;
  const last = lengths.findIndex((length) => (sum += length) > bound);
  return last === -1 ? lengths.length : Math.max(1, last);
}

/** With a comma. */
function bytesOf(message: Message): number {
  return Buffer.byteLength(JSON.stringify(message)) + 1;
}

/** The latest messages that have text and fit into {@link CONTEXT_BYTES} together, oldest first. */
export async function findContext(
  manager: EntityManager,
  session: SessionKey,
  limit: number,
  before?: string,
): Promise<ContextMessage[]> {
  const { userId, sessionId } = session;
  const values = [userId, sessionId, ...(before === undefined ? [] : [userId, sessionId, before])];
  const { driver } = manager.connection;
  const [user, ofSession, sameUser, sameSession, id] = values.map((_, at) => driver.createParameter(`p${at}`, at));
  const older = `AND "seq" < (SELECT "seq" FROM "messages" WHERE "user_id" = ${sameUser} AND "session_id" = ${sameSession} AND "id" = ${id})`;
  // Every question asks for this: written as SQL, since the query builder takes three times as long.
  const rows = await manager.query<ContextMessage[]>(
    `SELECT "role", "content" FROM "messages" JOIN
      (SELECT "seq" AS "fitting", SUM("bytes") OVER (ORDER BY "seq" DESC) AS "total" FROM
        (SELECT "seq", OCTET_LENGTH("content") AS "bytes" FROM "messages"
          WHERE "user_id" = ${user} AND "session_id" = ${ofSession} AND "replaced_by" IS NULL AND "content" <> ''
          ${before === undefined ? '' : older} ORDER BY "seq" DESC LIMIT ${limit}) AS "latest") AS "sums"
      ON "seq" = "fitting" WHERE "total" <= ${CONTEXT_BYTES} ORDER BY "seq" DESC`,
    values,
  );
  return rows.reverse();
}

/** An answer by its id, with the text stored so far while it runs. */
export async function findAnswer(manager: EntityManager, answerId: string): Promise<StoredAnswer | undefined> {
  const partials = await partialAnswers(manager, [answerId]);
  const row = await manager.findOneBy(MessageEntity, { id: answerId, role: 'assistant' });
  if (!row) return undefined;
  const attempts = (await attemptsOf(manager, [row])).get(answerId) ?? [];
  return {
    message: toMessage(row, attempts, partials.get(answerId)),
    attempts: attempts.map(toAttempt),
    ...(row.costUsd === null ? {} : { costUsd: row.costUsd }),
  };
}

/** A message of the session, with its question: the last that stands before it. */
export async function findMessage(
  manager: EntityManager,
  session: SessionKey,
  messageId: string,
): Promise<SessionMessage | undefined> {
  const partials = await partialAnswers(manager, [messageId]);
  const row = await manager.findOneBy(MessageEntity, { ...session, id: messageId });
  if (!row) return undefined;
  const question =
    row.role === 'user'
      ? row
      : await manager.findOne(MessageEntity, {
          where: { ...session, role: 'user', replacedBy: row.replacedBy ?? IsNull(), seq: LessThan(row.seq) },
          order: { seq: 'DESC' },
        });
  return {
    message: toMessage(row, [], partials.get(row.id)),
    question: { id: question?.id ?? '', content: question?.content ?? '' },
    replaced: row.replacedBy !== null,
  };
}

/** Unknown ids, and another session's, give NULL and thereby nothing. */
const OF_THE_SESSION = 'FROM "messages" WHERE "user_id" = :userId AND "session_id" = :sessionId AND "id"';

/** What stands in the session, or one version of it. */
function newestFirst(
  manager: EntityManager,
  session: SessionKey,
  { before, version }: Pick<MessagesQuery, 'before' | 'version'> = {},
): SelectQueryBuilder<MessageEntity> {
  const query = manager
    .createQueryBuilder(MessageEntity, 'message')
    .where('message.userId = :userId AND message.sessionId = :sessionId', { ...session })
    .orderBy('message.seq', 'DESC');
  if (before !== undefined) query.andWhere(`message.seq < (SELECT "seq" ${OF_THE_SESSION} = :before)`, { before });
  if (version === undefined) return query.andWhere('message.replacedBy IS NULL');
  return query
    .andWhere(`message.replacedBy IS NOT DISTINCT FROM (SELECT "replaced_by" ${OF_THE_SESSION} = :version)`, {
      version,
    })
    .andWhere(`message.seq >= (SELECT "seq" ${OF_THE_SESSION} = :version)`);
}

/** The id of a message's first version. */
function firstVersionOf({ id, versionOf }: MessageEntity): string {
  return versionOf ?? id;
}

/** By the first version of each message: all of them, oldest first. */
async function versionsOf(manager: EntityManager, messages: readonly MessageEntity[]): Promise<Map<string, string[]>> {
  // A current message in its first version has no other.
  const ids = messages.filter((row) => row.versionOf !== null || row.replacedBy !== null).map(firstVersionOf);
  if (ids.length === 0) return new Map();
  const rows = await manager.find(MessageEntity, {
    select: { seq: true, id: true, versionOf: true },
    where: { versionOf: In(ids) },
    order: { seq: 'ASC' },
  });
  const later = Map.groupBy(rows, firstVersionOf);
  return new Map(ids.map((id) => [id, [id, ...(later.get(id) ?? []).map((row) => row.id)]]));
}

async function streamingIds(manager: EntityManager, session: SessionKey): Promise<string[]> {
  const rows = await manager
    .createQueryBuilder(MessageEntity, 'message')
    .select(['message.seq', 'message.id'])
    .where('message.userId = :userId AND message.sessionId = :sessionId', { ...session })
    // Written out, as in the index on it.
    .andWhere("message.status = 'streaming'")
    .getMany();
  return rows.map((row) => row.id);
}

async function attemptsOf(
  manager: EntityManager,
  messages: readonly MessageEntity[],
): Promise<Map<string, AttemptEntity[]>> {
  const answers = messages.filter((message) => message.role === 'assistant').map((message) => message.id);
  if (answers.length === 0) return new Map();
  const rows = await manager.find(AttemptEntity, {
    where: { messageId: In(answers) },
    order: { messageId: 'ASC', n: 'ASC' },
  });
  return Map.groupBy(rows, (row) => row.messageId);
}
