import { createParser } from 'eventsource-parser';
import type { AnswerEvent } from '../../src/wire/answer-event.js';
import { EventCheck } from './event-check.js';

/** An event as a client gets it: with the cursor of its `id:` line. */
export type ReceivedEvent = AnswerEvent & { readonly cursor: string };

export interface AskOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends a question to `POST /rr-chat/stream`. */
export function ask(url: string, body: Record<string, unknown>, options: AskOptions = {}): Promise<Response> {
  return fetch(`${url}/rr-chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({ user_id: 'ada', session_id: 'first', message: 'Hello?', ...body }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Attaches to an answer, after `cursor` if there is one. */
export function attach(url: string, answerId: string, cursor?: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/rr-chat/stream/${answerId}`, {
    headers: cursor === undefined ? {} : { 'last-event-id': cursor },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The events of a response, as they come; parsed by a library that is not ours, each checked against the schema. */
export async function* events(response: Response): AsyncGenerator<ReceivedEvent> {
  const received: ReceivedEvent[] = [];
  const check = new EventCheck();
  const parser = createParser({
    onEvent: ({ id, data }) => received.push({ ...check.read(data, id), cursor: id ?? '' }),
  });
  if (response.body === null) return;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    parser.feed(chunk);
    yield* received.splice(0);
  }
}

/** All events of a response. */
export async function allEvents(response: Response): Promise<ReceivedEvent[]> {
  return Array.fromAsync(events(response));
}

/** The text that the deltas (or reasoning events) make up. */
export function joined(list: readonly AnswerEvent[], type: 'delta' | 'reasoning' = 'delta'): string {
  return list.map((event) => (event.type === type ? event.content : '')).join('');
}

/** The only event of a type. */
export function only<T extends AnswerEvent['type']>(
  list: readonly AnswerEvent[],
  type: T,
): Extract<AnswerEvent, { type: T }> {
  const found = list.filter((event) => event.type === type);
  if (found.length !== 1)
    throw new Error(`${found.length} events of type ${type} in ${JSON.stringify(list).slice(0, 500)}`);
  return found[0] as Extract<AnswerEvent, { type: T }>;
}
