import { readStored, writeStored } from './storage.js';

const key = (sessionId: string): string => `rondo.draft.${sessionId}`;

/** What was typed in a session and not sent; '' if nothing. */
export function readDraft(sessionId: string): string {
  return readStored(key(sessionId)) ?? '';
}

export function writeDraft(sessionId: string, text: string): void {
  writeStored(key(sessionId), text);
}
