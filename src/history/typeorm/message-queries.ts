import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { ContextMessage, PageQuery, SessionKey, StoredAnswer } from '../history-store.js';
import type { Message } from '../../wire/message.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { toAttemptStart, toMessage } from './message-mapper.js';
import { partialAnswers } from './segments.js';

/** The latest messages of a session before `page.before`, oldest first. */
export async function findMessages(
  manager: EntityManager,
  session: SessionKey,
  page: PageQuery,
): Promise<{ messages: Message[]; hasMore: boolean }> {
  // Text of running answers first: when one ends between the two statements, its row already holds the whole text.
  const partials = await partialAnswers(manager, await streamingIds(manager, session));
  const query = newestFirst(manager, session).limit(page.limit + 1);
  if (page.before !== undefined) {
    // An unknown id, or another session's, gives NULL and thereby nothing.
    query.andWhere(
      'message.seq < (SELECT "seq" FROM "messages" WHERE "id" = :before AND "user_id" = :userId AND "session_id" = :sessionId)',
      { before: page.before },
    );
  }
  const rows = await query.getMany();
  const shown = rows.slice(0, page.limit).reverse();
  const attempts = await attemptsOf(manager, shown);
  return {
    messages: shown.map((row) => toMessage(row, attempts.get(row.id) ?? [], partials.get(row.id))),
    hasMore: rows.length > page.limit,
  };
}

/** The latest messages that have text, oldest first. */
export async function findContext(
  manager: EntityManager,
  session: SessionKey,
  limit: number,
): Promise<ContextMessage[]> {
  if (limit === 0) return []; // The query builder takes 0 for "no limit".
  const rows = await newestFirst(manager, session)
    .select(['message.seq', 'message.role', 'message.content'])
    .andWhere("message.content <> ''")
    .limit(limit)
    .getMany();
  return rows.reverse().map(({ role, content }) => ({ role, content }));
}

/** An answer by its id, with the text stored so far while it runs. */
export async function findAnswer(manager: EntityManager, answerId: string): Promise<StoredAnswer | undefined> {
  const partials = await partialAnswers(manager, [answerId]);
  const row = await manager.findOneBy(MessageEntity, { id: answerId, role: 'assistant' });
  if (!row) return undefined;
  const attempts = (await attemptsOf(manager, [row])).get(answerId) ?? [];
  return {
    message: toMessage(row, attempts, partials.get(answerId)),
    attempts: attempts.map(toAttemptStart),
    ...(row.costUsd === null ? {} : { costUsd: row.costUsd }),
  };
}

function newestFirst(manager: EntityManager, session: SessionKey): SelectQueryBuilder<MessageEntity> {
  return manager
    .createQueryBuilder(MessageEntity, 'message')
    .where('message.userId = :userId AND message.sessionId = :sessionId', { ...session })
    .orderBy('message.seq', 'DESC');
}

async function streamingIds(manager: EntityManager, session: SessionKey): Promise<string[]> {
  const rows = await newestFirst(manager, session)
    .select(['message.seq', 'message.id'])
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
