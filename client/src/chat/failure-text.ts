import { ApiError } from '../api/api-error.js';

/** What the service says to programs, in the words of the page. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  answer_running: 'Another answer is still being written in this chat. Wait for its end, or stop it.',
};

/** A failure as a sentence for people. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) return IN_OTHER_WORDS[error.code] ?? error.message;
  return 'Rondo cannot be reached. Check your connection.';
}

/** Milliseconds after which the same question may pass, where the service said to wait; undefined: don't try by yourself. */
export function waitFor(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return undefined;
  return error.retryAfterMs;
}
