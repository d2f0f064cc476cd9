import { LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import { IdempotencyKeyEntity } from './entities/idempotency-key.entity.js';

/** How long a key is kept. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

/** Each batch is a write that others wait for. */
const KEYS_AT_ONCE = 1_000;

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

/** Forgets some of the keys that are too old; gives whether there are more. */
export async function forgetOldKeys(manager: EntityManager): Promise<boolean> {
  const tooOld = Date.now() - KEPT_MS;
  await manager.sql`
    DELETE FROM "idempotency_keys" WHERE ("user_id", "key") IN
      (SELECT "user_id", "key" FROM "idempotency_keys" WHERE "created_at" <= ${tooOld}
        ORDER BY "created_at" LIMIT ${KEYS_AT_ONCE})`;
  return manager.existsBy(IdempotencyKeyEntity, { createdAt: LessThanOrEqual(tooOld) });
}
