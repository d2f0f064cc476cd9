import { readStored, writeStored } from './storage.js';

const KEY = 'rondo.user';
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@|+=~-]{0,127}$/;
let current: string | undefined;

/** Whether `value` may serve as a user or session id (as the service decides it). */
export function isId(value: string): boolean {
  return ID.test(value);
}

/** A new random id, 128 bits. Works where `crypto.randomUUID` does not (plain HTTP on a LAN address). */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Who asks: made at the first visit, kept in this browser, the same until the page is loaded again. */
export function currentUser(): string {
  if (current !== undefined) return current;
  const stored = readStored(KEY);
  current = stored !== null && isId(stored) ? stored : randomId();
  if (current !== stored) writeStored(KEY, current);
  return current;
}

/** Becomes another user from the next page load on. False where `id` is none. */
export function replaceUser(id: string): boolean {
  if (!isId(id)) return false;
  writeStored(KEY, id);
  return true;
}

/** The fields of a request's body or query, with those that say who asks. */
export function asUser<T extends object>(fields: T): T & { user_id: string } {
  return { user_id: currentUser(), ...fields };
}
