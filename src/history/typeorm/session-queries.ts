import type { EntityManager } from 'typeorm';
import type { PageQuery, SessionKey } from '../history-store.js';
import type { SessionSummary } from '../../wire/message.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import { rfc3339 } from './message-mapper.js';
import { fold } from './search/search-text.js';
import type { SearchIndex } from './sql-dialect.js';

/** A user's sessions, the one with the latest message first. */
export async function findSessions(
  manager: EntityManager,
  userId: string,
  page: PageQuery,
): Promise<{ sessions: SessionSummary[]; hasMore: boolean }> {
  const query = manager
    .createQueryBuilder(SessionEntity, 'session')
    .where('session.userId = :userId', { userId })
    .orderBy('session.lastSeq', 'DESC')
    .limit(page.limit + 1);
  if (page.before !== undefined) {
    query.andWhere(
      'session.lastSeq < (SELECT "last_seq" FROM "sessions" WHERE "user_id" = :userId AND "id" = :before)',
      { before: page.before },
    );
  }
  const rows = await query.getMany();
  const running = await runningAnswers(manager, userId);
  const sessions = rows.slice(0, page.limit).map((row) => toSummary(row, running.get(row.id)));
  return { sessions, hasMore: rows.length > page.limit };
}

export function sessionExists(manager: EntityManager, { userId, sessionId }: SessionKey): Promise<boolean> {
  return manager.existsBy(SessionEntity, { userId, id: sessionId });
}

/** False where there is no such session. */
export async function renameSession(manager: EntityManager, session: SessionKey, title: string): Promise<boolean> {
  const { affected } = await manager.update(
    SessionEntity,
    { userId: session.userId, id: session.sessionId },
    { title, titleSearch: fold(title) },
  );
  return affected === 1;
}

/** Deletes a session and, by its foreign keys, all that belongs to it; false where there is none. */
export async function deleteSession(
  manager: EntityManager,
  search: SearchIndex,
  session: SessionKey,
): Promise<boolean> {
  await search.removeSession(manager, session);
  const { affected } = await manager.delete(SessionEntity, { userId: session.userId, id: session.sessionId });
  return affected === 1;
}

/** The latest running answer of each session that has one. */
async function runningAnswers(manager: EntityManager, userId: string): Promise<Map<string, string>> {
  const rows = await manager
    .createQueryBuilder(MessageEntity, 'message')
    .select(['message.seq', 'message.id', 'message.sessionId'])
    .where("message.userId = :userId AND message.status = 'streaming'", { userId })
    .orderBy('message.seq', 'ASC')
    .getMany();
  return new Map(rows.map((row) => [row.sessionId, row.id]));
}

function toSummary(row: SessionEntity, runningAnswerId: string | undefined): SessionSummary {
  return {
    session_id: row.id,
    title: row.title,
    created_at: rfc3339(row.createdAt),
    updated_at: rfc3339(row.updatedAt),
    message_count: row.messageCount,
    ...(runningAnswerId === undefined ? {} : { running_answer_id: runningAnswerId }),
  };
}
