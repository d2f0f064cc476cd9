import { setTimeout as delay } from 'node:timers/promises';
import { In, IsNull, type EntityManager } from 'typeorm';
import {
  HistoryUnavailableError,
  IdempotencyKeyTakenError,
  MessageReplacedError,
  type NewTurn,
} from '../history-store.js';
import { titleOf } from '../session-title.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { findKey } from './idempotency-keys.js';
import type { Refusals } from './turn-writer.js';

const WITHDRAW_DEADLINE_MS = 30_000;
const WITHDRAW_RETRY_MS = 1_000;

/**
 * Stores questions, each of another session, and the empty answers to them, which are this process' while they run.
 * Callers who were refused while the database was at it were told that nothing is stored: then that is made true.
 * @param start gives them, when their time has come
 */
export async function openTurns(database: HistoryDatabase, start: () => readonly NewTurn[]): Promise<Refusals> {
  let turns: readonly NewTurn[] = [];
  const stored = await database.openTurns(
    () => (turns = start()),
    () => void withdraw(database, turns),
  );
  const refusals = new Map<string, unknown>();
  for (const turn of turns)
    if (!stored.has(turn.answerId)) refusals.set(turn.answerId, await refusalOf(database, turn));
  return refusals;
}

async function refusalOf(database: HistoryDatabase, { userId, idempotency }: NewTurn): Promise<unknown> {
  if (idempotency === undefined) return new MessageReplacedError('another version has replaced this message');
  try {
    const known = await database.read((manager) => findKey(manager, userId, idempotency.key));
    if (known !== undefined) return new IdempotencyKeyTakenError('this Idempotency-Key started another answer');
    return new MessageReplacedError('another version has replaced this message');
  } catch (error) {
    return error;
  }
}

/** Tries until it is done: until then the history may hold a question that nobody answers. */
async function withdraw(database: HistoryDatabase, turns: readonly NewTurn[]): Promise<void> {
  const work = async (manager: EntityManager) => {
    for (const turn of turns) await withdrawTurn(manager, database, turn);
  };
  while (!database.closed) {
    try {
      await database.write(work, { deadlineMs: WITHDRAW_DEADLINE_MS, priority: 'checkpoint' });
      return database.eraseDeleted();
    } catch (error) {
      if (!(error instanceof HistoryUnavailableError)) throw error;
    }
    await delay(WITHDRAW_RETRY_MS, undefined, { ref: false });
  }
}

/** If the turn was stored, takes it back; what it had replaced is current again. */
async function withdrawTurn(manager: EntityManager, database: HistoryDatabase, turn: NewTurn): Promise<void> {
  const { userId, sessionId, questionId, answerId, target } = turn;
  const session = { userId, sessionId };
  const { owner } = database.owners;
  if (!(await manager.existsBy(MessageEntity, { ...session, id: answerId, owner, status: 'streaming' }))) return;
  const ids = target?.kind === 'answer' ? [answerId] : [questionId, answerId];
  const rows = await manager.find(MessageEntity, { select: { seq: true }, where: { ...session, id: In(ids) } });
  const seqs = rows.map(({ seq }) => seq);
  await database.search.removeMessages(manager, userId, seqs);
  await manager.delete(MessageEntity, { seq: In(seqs) });
  const replacedBy = target?.kind === 'answer' ? answerId : questionId;
  if (target !== undefined) await manager.update(MessageEntity, { ...session, replacedBy }, { replacedBy: null });
  await restoreSession(manager, turn);
}

/** As if the turn had never been: without messages there is no session. */
async function restoreSession(manager: EntityManager, { userId, sessionId, target }: NewTurn): Promise<void> {
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
  if (target?.kind !== 'question') return;
  const first = await manager.findOne(MessageEntity, {
    select: { seq: true, content: true },
    where: { ...ofTheSession, role: 'user', replacedBy: IsNull() },
    order: { seq: 'ASC' },
  });
  const title = titleOf(first?.content ?? '');
  await manager.update(SessionEntity, { ...session, titleSearch: IsNull() }, { title });
}
