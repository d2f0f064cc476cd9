import type { EntityManager } from 'typeorm';
import type { NewTurn } from '../history-store.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import { rememberKey } from './idempotency-keys.js';

/** Stores a question and the empty answer to it, which belongs to `owner` while it runs. */
export async function openTurn(manager: EntityManager, turn: NewTurn, owner: string): Promise<void> {
  const { userId, sessionId, at } = turn;
  const session = {
    userId,
    id: sessionId,
    title: turn.title,
    createdAt: at,
    updatedAt: at,
    messageCount: 0,
    lastSeq: 0,
  };
  await manager.createQueryBuilder().insert().into(SessionEntity).values(session).orIgnore().execute();
  const message = { userId, sessionId, reasoning: '', createdAt: at };
  await manager.insert(MessageEntity, [
    { ...message, id: turn.questionId, role: 'user', content: turn.question, status: 'complete', owner: null },
    { ...message, id: turn.answerId, role: 'assistant', content: '', status: 'streaming', owner },
  ]);
  await manager
    .createQueryBuilder()
    .update(SessionEntity)
    .set({
      updatedAt: at,
      messageCount: () => '"message_count" + 2',
      lastSeq: () => '(SELECT "seq" FROM "messages" WHERE "messages"."id" = :answerId)',
    })
    .where('user_id = :userId AND id = :sessionId', { userId, sessionId })
    .setParameter('answerId', turn.answerId)
    .execute();
  if (turn.idempotency) await rememberKey(manager, turn, turn.idempotency);
}
