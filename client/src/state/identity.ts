import { readStored, writeStored } from './storage.js';

const KEY = 'rondo.user';
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@|+=~-]{0,127}$/;

/** Whether `value` may serve as a user or session id (as the service decides it). */
export function isId(value: string): boolean {
  return ID.test(value);
}

/** A new random id, 128 bits. Works where `crypto.randomUUID` does not (plain HTTP on a LAN address). */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Who this browser is: made at the first visit, kept here, replaceable in the settings. */
export function currentUser(): string {
  const stored = readStored(KEY);
  if (stored !== null && isId(stored)) return stored;
  const fresh = randomId();
  writeStored(KEY, fresh);
  return fresh;
}

/** Becomes another user from the next page load on. False where `id` is none. */
export function replaceUser(id: string): boolean {
  if (!isId(id)) return false;
  writeStored(KEY, id);
  return true;
}
