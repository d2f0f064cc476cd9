import type { Message } from '../../src/wire/message.js';
import { events, type ReceivedEvent } from './events.js';

let count = 0;

/** A session of its own, of a user of its own: limits and running answers of other tests don't touch it. */
export function freshSession(): { user_id: string; session_id: string } {
  count++;
  return { user_id: `user-${count}`, session_id: `session-${count}` };
}

type Session = ReturnType<typeof freshSession>;

/** The messages of a session, oldest first, as `GET /history` gives them. */
export async function history(url: string, { user_id, session_id }: Session): Promise<Message[]> {
  const response = await fetch(`${url}/history?user_id=${user_id}&session_id=${session_id}&limit=200`);
  if (!response.ok) throw new Error(`GET /history answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { history: Message[] }).history;
}

/** The latest answer of a session; undefined where none was asked for. */
export async function lastAnswer(url: string, session: Session): Promise<Message | undefined> {
  return (await history(url, session)).findLast(({ role }) => role === 'assistant');
}

/** Sends `POST …/stop`. */
export function stop(url: string, answerId: string): Promise<Response> {
  return fetch(`${url}/rr-chat/stream/${answerId}/stop`, { method: 'POST' });
}

/** The id of the answer that a response shows. */
export function answerIdOf(response: Response): string {
  const id = response.headers.get('x-answer-id');
  if (id === null) throw new Error(`no X-Answer-Id in an answer of status ${response.status}`);
  return id;
}

/** The first events of a response, up to and with the one that `until` accepts; then the reader leaves. */
export async function readUntil(
  response: Response,
  until: (event: ReceivedEvent, soFar: readonly ReceivedEvent[]) => boolean,
): Promise<ReceivedEvent[]> {
  const received: ReceivedEvent[] = [];
  for await (const event of events(response)) {
    received.push(event);
    if (until(event, received)) break;
  }
  return received;
}
