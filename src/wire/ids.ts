import { randomBytes } from 'node:crypto';

/** Ids that clients choose: `user_id` and `session_id`. 1–128 characters, the first a letter or digit. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@|+=~-]{0,127}$/;

/** Whether `value` may serve as a `user_id` or `session_id`. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

/** A new message id: 144 random bits, base64url. Knowing an answer's id is the right to read and stop it. */
export function newId(): string {
  return randomBytes(18).toString('base64url');
}
