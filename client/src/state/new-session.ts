import { isId, randomId } from './identity.js';

const KEY = 'rondo.new-session';

/** The id that a chat not begun yet will have. It outlives a reload, and with it the draft; each tab has its own. */
export function newSessionId(): string {
  try {
    const stored = sessionStorage.getItem(KEY);
    if (stored !== null && isId(stored)) return stored;
    const fresh = randomId();
    sessionStorage.setItem(KEY, fresh);
    return fresh;
  } catch {
    return randomId();
  }
}

/** The id is taken: the chat has begun. */
export function takeNewSessionId(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // It was never kept.
  }
}
