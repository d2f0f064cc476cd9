import { isId } from './identity.js';

const SESSION = /^#\/s\/(.+)$/;

/** The session that an address names; undefined: none, a new chat. */
export function sessionInHash(hash: string): string | undefined {
  const encoded = SESSION.exec(hash)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const id = decodeURIComponent(encoded);
    return isId(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The address of a session. */
export function sessionHash(sessionId: string): string {
  return `#/s/${encodeURIComponent(sessionId)}`;
}
