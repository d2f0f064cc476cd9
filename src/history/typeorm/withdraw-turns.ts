import { In, IsNull, type EntityManager } from 'typeorm';
import type { NewTurn } from '../history-store.js';
import { titleOf } from '../session-title.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import { removeMessagesFromSearch } from './sqlite/search-index.js';

/** Takes turns back that nobody was told of; what they had taken the place of stands again. */
export async function withdrawTurns(manager: EntityManager, turns: readonly NewTurn[]): Promise<void> {
  for (const turn of turns) await withdraw(manager, turn);
}

async function withdraw(manager: EntityManager, turn: NewTurn): Promise<void> {
  const { userId, sessionId, questionId, answerId, place } = turn;
  const ofTheSession = { userId, sessionId };
  const ids = place?.kind === 'answer' ? [answerId] : [questionId, answerId];
  const replacedBy = place?.kind === 'answer' ? answerId : questionId;
  const rows = await manager.find(MessageEntity, {
    select: { seq: true },
    where: { ...ofTheSession, id: In(ids) },
  });
  if (rows.length === 0) return;
  await removeMessagesFromSearch(
    manager,
    userId,
    rows.map(({ seq }) => seq),
  );
  await manager.delete(MessageEntity, { ...ofTheSession, id: In(ids) });
  if (place !== undefined) await manager.update(MessageEntity, { ...ofTheSession, replacedBy }, { replacedBy: null });
  await restoreSession(manager, turn);
}

/** As if the turn had never been: without messages there is no session. */
async function restoreSession(manager: EntityManager, { userId, sessionId, place }: NewTurn): Promise<void> {
  const ofTheSession = { userId, sessionId };
  const session = { userId, id: sessionId };
  const messageCount = await manager.countBy(MessageEntity, { ...ofTheSession, replacedBy: IsNull() });
  const [last] = await manager.find(MessageEntity, {
    select: { seq: true, createdAt: true },
    where: ofTheSession,
    order: { seq: 'DESC' },
    take: 1,
  });
  if (last === undefined) {
    await manager.delete(SessionEntity, session);
    return;
  }
  const updates = { messageCount, lastSeq: last.seq, updatedAt: last.createdAt };
  await manager.update(SessionEntity, session, updates);
  if (place?.kind !== 'question') return;
  const first = await manager.findOne(MessageEntity, {
    select: { seq: true, content: true },
    where: { ...ofTheSession, role: 'user', replacedBy: IsNull() },
    order: { seq: 'ASC' },
  });
  const title = titleOf(first?.content ?? '');
  await manager.update(SessionEntity, { ...session, titleSearch: IsNull() }, { title });
}
