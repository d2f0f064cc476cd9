import { toApiError } from '../api/api-error.js';
import { attachAnswer } from '../api/chat-api.js';
import type { AnswerEvent } from '../../../src/wire/answer-event.js';
import { backoffMs, waitOrWake } from './backoff.js';
import { readEvents } from './read-events.js';

/** `reconnecting` while the connection is gone and the answer goes on without us. */
export type Connection = 'connected' | 'reconnecting';

export interface FollowOptions {
  answerId: string;
  /** The response that carries the answer already, where there is one; else it is asked for. */
  response?: Response;
  signal: AbortSignal;
  onConnection(connection: Connection): void;
}

/**
 * Follows one answer to its `done`, over as many connections as it takes: after each break it attaches again behind the
 * last event it has seen. Yields the new events in order, each once. Rejects with an ApiError where the service says
 * that there is no such answer, and with an AbortError when `signal` aborts.
 */
export async function* followAnswer(options: FollowOptions): AsyncGenerator<AnswerEvent[], void, undefined> {
  let { response } = options;
  let cursor = '';
  for (let failures = 0; ;) {
    response ??= await tryAttach(options, cursor);
    const connection = new AbortController();
    try {
      const dead = onlineAgain(connection.signal);
      for await (const batch of response?.body ? readEvents(response.body, { dead }) : []) {
        failures = 0;
        options.onConnection('connected');
        cursor = batch.at(-1)?.cursor ?? cursor;
        const events = batch.map((item) => item.event);
        yield events;
        if (events.some((event) => event.type === 'done')) return;
      }
    } catch (error) {
      if (options.signal.aborted) throw error;
    } finally {
      connection.abort();
    }
    response = undefined;
    options.onConnection('reconnecting');
    await waitOrWake(backoffMs(failures++), options.signal);
  }
}

/** Aborts when the browser comes back online: a connection from before is dead then, though nobody may ever say so. */
function onlineAgain(closed: AbortSignal): AbortSignal {
  const online = new AbortController();
  window.addEventListener('online', () => online.abort(), { signal: closed });
  return online.signal;
}

/** A service that is away or overloaded is tried again later (undefined); one that refuses has spoken. */
async function tryAttach({ answerId, signal }: FollowOptions, cursor: string): Promise<Response | undefined> {
  let response: Response;
  try {
    response = await attachAnswer(answerId, cursor, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
  if (response.ok) return response;
  if (response.status >= 500 || response.status === 429) {
    await response.body?.cancel();
    return undefined;
  }
  throw await toApiError(response);
}
