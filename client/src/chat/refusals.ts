import { ApiError, UnreachableError } from '../api/api-error.js';
import { getHistory } from '../api/chat-api.js';

/** The session has messages that are not shown: another tab or device has gone on with it. */
export class MovedOnError extends Error {}

/** An answer is being written in the session. */
export class BusyError extends Error {}

/** The session is shown, and the service has it no more. */
export class DeletedError extends Error {}

/**
 * Resolves where the session ends in the message `last` (undefined: has none), so that what is asked next is asked in the
 * context that is shown. Rejects with a {@link MovedOnError} or {@link DeletedError} where it does not.
 */
export async function expectEnd(sessionId: string, last: string | undefined, signal: AbortSignal): Promise<void> {
  const { history } = await getHistory(sessionId, { limit: 1 }, signal);
  const stored = history.at(-1)?.id;
  if (stored !== last) throw stored === undefined ? new DeletedError() : new MovedOnError();
}

/** Whether a question was refused because the session is not what is shown. */
export function isOutdated(error: unknown): boolean {
  if (error instanceof ApiError) return ['answer_running', 'conflict', 'not_found'].includes(error.code);
  return error instanceof MovedOnError || error instanceof DeletedError;
}

const BUSY = 'Another answer is still being written in this chat. Wait for its end, or stop it.';
/** What the service says to programs, in the words of the page. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = { answer_running: BUSY };

const DELETED = 'This chat was deleted in another tab.';
/** Why the chat that was to be shown is left for a new one. */
export const GONE = {
  deleted: `${DELETED} Your text is kept: what you send now begins a new chat.`,
  unknown: 'This chat does not exist: it was deleted, or belongs to another user id. Here you can begin a new one.',
} as const;

/** A failure as a sentence for people. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) return IN_OTHER_WORDS[error.code] ?? error.message;
  if (error instanceof BusyError) return BUSY;
  if (error instanceof MovedOnError) return 'This chat has gone on elsewhere. What is new is shown now.';
  if (error instanceof DeletedError) return DELETED;
  if (error instanceof UnreachableError) return 'Rondo cannot be reached. Check your connection.';
  return 'Something went wrong in this page. Reload it to go on.';
}

/** Milliseconds after which the same question may pass, where the service said to wait; undefined: don't try by yourself. */
export function waitFor(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return undefined;
  return error.retryAfterMs;
}
