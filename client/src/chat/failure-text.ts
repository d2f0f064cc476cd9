import { ApiError } from '../api/api-error.js';

/** A failure as a sentence for people. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'Rondo cannot be reached. Check your connection; your text is kept.';
}

/** Milliseconds after which the same question may pass, where the service said to wait; undefined: don't try by yourself. */
export function waitFor(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return undefined;
  return error.retryAfterMs;
}
