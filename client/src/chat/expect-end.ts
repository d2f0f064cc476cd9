import { ApiError } from '../api/api-error.js';
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
