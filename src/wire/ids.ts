import { randomFillSync } from 'node:crypto';

/** Ids that clients choose: `user_id` and `session_id`. 1–128 characters, the first a letter or digit. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@|+=~-]{0,127}$/;

/** {@link ID_PATTERN} in words. */
export const ID_RULE = '1–128 of A-Za-z0-9._:@|+=~-, beginning with a letter or digit';

/** Model ids of all providers look like this; they may hold slashes: `openai/gpt-oss-120b`. */
export const MODEL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/;

/** Ids of messages, which the service chooses; any that it may ever have chosen. */
export const MESSAGE_ID_PATTERN = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether `value` may serve as a `user_id` or `session_id`. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

const ID_BYTES = 18;
/** Random bytes for the next ids: fetched for many at once, since each fetch costs ten times an id. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;

/** A new message id: 144 random bits, base64url. Knowing an answer's id is the right to read and stop it. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += ID_BYTES;
  return pool.toString('base64url', start, used);
}
