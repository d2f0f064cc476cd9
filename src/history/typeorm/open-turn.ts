import type { EntityManager } from 'typeorm';
import type { NewTurn } from '../history-store.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import { rememberKey } from './idempotency-keys.js';

/** Stores questions, each of another session, and the empty answers to them, which belong to `owner` while they run. */
export async function openTurns(manager: EntityManager, turns: readonly NewTurn[], owner: string): Promise<void> {
  await manager.createQueryBuilder().insert().into(SessionEntity).values(turns.map(newSession)).orIgnore().execute();
  await manager.insert(
    MessageEntity,
    turns.flatMap((turn) => newMessages(turn, owner)),
  );
  await countIn(manager, turns);
  for (const turn of turns) if (turn.idempotency) await rememberKey(manager, turn, turn.idempotency);
}

function newSession({ userId, sessionId, title, at }: NewTurn): Partial<SessionEntity> {
  return { userId, id: sessionId, title, createdAt: at, updatedAt: at, messageCount: 0, lastSeq: 0 };
}

function newMessages(turn: NewTurn, owner: string): Partial<MessageEntity>[] {
  const message = { userId: turn.userId, sessionId: turn.sessionId, reasoning: '', createdAt: turn.at };
  return [
    { ...message, id: turn.questionId, role: 'user', content: turn.question, status: 'complete', owner: null },
    { ...message, id: turn.answerId, role: 'assistant', content: '', status: 'streaming', owner },
  ];
}

/** One statement for all sessions; `last_seq` is what the list of sessions is ordered by. */
async function countIn(manager: EntityManager, turns: readonly NewTurn[]): Promise<void> {
  const keys = turns.map((_, index) => `(:user${index}, :session${index})`).join(', ');
  const parameters = turns.flatMap(({ userId, sessionId }, index) => [
    [`user${index}`, userId],
    [`session${index}`, sessionId],
  ]);
  await manager
    .createQueryBuilder()
    .update(SessionEntity)
    .set({
      updatedAt: Math.max(...turns.map(({ at }) => at)),
      messageCount: () => '"message_count" + 2',
      lastSeq: () =>
        '(SELECT MAX("seq") FROM "messages" WHERE "messages"."user_id" = "sessions"."user_id" AND "messages"."session_id" = "sessions"."id")',
    })
    .where(`(user_id, id) IN (VALUES ${keys})`, Object.fromEntries(parameters) as Record<string, string>)
    .execute();
}
