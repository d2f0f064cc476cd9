import { ApiError, UnreachableError } from '../api/api-error.js';
import { backoffMs, waitOrWake } from './backoff.js';

/**
 * Does `work`, and does it again for as long as the service is away; `failed` is told of the first failure. Resolves with
 * whether it was done at once (`done`), later (`late`), or not, as the service refused or `signal` aborted (`refused`).
 */
export async function persist(
  work: () => Promise<void>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<'done' | 'late' | 'refused'> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await work();
      return attempt === 0 ? 'done' : 'late';
    } catch (error) {
      if (attempt === 0) failed(error);
      if (!isPassing(error)) break;
    }
    await waitOrWake(backoffMs(attempt), signal).catch(() => undefined);
  }
  return 'refused';
}

/** A fault of the page would only be repeated. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError ? error.status >= 500 : error instanceof UnreachableError;
}
