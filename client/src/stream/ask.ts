import { ApiError, retryAfterMs, toApiError, UnreachableError } from '../api/api-error.js';
import { postQuestion, type Question } from '../api/chat-api.js';
import { backoffMs, waitOrWake } from './backoff.js';
import type { Connection } from './answer-stream.js';
import { readEvents } from './read-events.js';

/** Some five seconds of tries, in which a service starts anew; then the text goes back to its writer. */
const MAX_TRIES = 5;

export interface AskOptions {
  question: Question;
  /** The same for every try, so that a question that did arrive is not asked twice. */
  key: string;
  signal: AbortSignal;
  onConnection(connection: Connection): void;
  /** Looks once, before the question is sent, whether it may be; rejects where it may not. */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/** An answer that has started. */
export interface StartedAnswer {
  answerId: string;
  response: Response;
}

/**
 * Sends a question, again if the network fails before the service has answered. Rejects with an ApiError where the
 * service refuses, with an UnreachableError where the network stays away, with what `check` rejected with, with an AbortError
 * when `signal` aborts.
 */
export async function ask(options: AskOptions): Promise<StartedAnswer> {
  let isChecked = false;
  for (let attempt = 0; ; attempt++) {
    try {
      // Not again behind a question that was sent: it may have arrived, and be what is new.
      if (!isChecked) await options.check(options.signal);
      isChecked = true;
      const response = await postQuestion(options.question, options.key, options.signal);
      const answerId = response.headers.get('X-Answer-Id');
      if (!response.ok || !answerId) throw await refusal(response);
      options.onConnection('connected');
      return { answerId, response };
    } catch (error) {
      const isAway = error instanceof UnreachableError && !options.signal.aborted;
      if (!isAway || attempt + 1 >= MAX_TRIES) throw error;
    }
    options.onConnection('reconnecting');
    await waitOrWake(backoffMs(attempt), options.signal);
  }
}

/** The body of a 429 is an event stream; its header says as much as its `rate_limited` event. */
async function refusal(response: Response): Promise<ApiError> {
  const isRateLimit = response.status === 429 && (response.headers.get('Content-Type') ?? '').includes('event-stream');
  if (!isRateLimit) return toApiError(response);
  const wait = (await rateLimitedMs(response)) ?? retryAfterMs(response) ?? 1_000;
  return new ApiError(429, 'rate_limited', 'You have sent many questions in a short time.', wait);
}

async function rateLimitedMs(response: Response): Promise<number | undefined> {
  if (!response.body) return undefined;
  try {
    for await (const batch of readEvents(response.body)) {
      for (const { event } of batch) if (event.type === 'rate_limited') return event.retry_after_ms;
    }
  } catch {
    // The header stands in for a body that broke off.
  }
  return undefined;
}
