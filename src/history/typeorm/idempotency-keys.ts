import { LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import { IdempotencyKeyTakenError, type IdempotencyMark, type NewTurn } from '../history-store.js';
import { IdempotencyKeyEntity } from './entities/idempotency-key.entity.js';

const KEPT_MS = 24 * 60 * 60 * 1000;

/** The answer that this user's key began within the last 24 h. */
export async function findKey(
  manager: EntityManager,
  userId: string,
  key: string,
): Promise<{ answerId: string; fingerprint: string } | undefined> {
  const createdAt = MoreThan(Date.now() - KEPT_MS);
  const row = await manager.findOneBy(IdempotencyKeyEntity, { userId, key, createdAt });
  return row ? { answerId: row.messageId, fingerprint: row.fingerprint } : undefined;
}

/** Notes that the key began this turn's answer, and forgets the keys that are too old. */
export async function rememberKey(
  manager: EntityManager,
  { userId, answerId, at }: NewTurn,
  { key, fingerprint }: IdempotencyMark,
): Promise<void> {
  await manager.delete(IdempotencyKeyEntity, { createdAt: LessThanOrEqual(Date.now() - KEPT_MS) });
  if (await manager.existsBy(IdempotencyKeyEntity, { userId, key })) {
    throw new IdempotencyKeyTakenError('this Idempotency-Key began another answer');
  }
  await manager.insert(IdempotencyKeyEntity, { userId, key, fingerprint, messageId: answerId, createdAt: at });
}
