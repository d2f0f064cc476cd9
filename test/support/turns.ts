import type { Message } from '../../src/wire/message.js';
import type { RunningApp } from './app.js';
import { history } from './chat-api.js';
import type { freshSession } from './conversations.js';
import { allEvents, ask, only, type ReceivedEvent } from './events.js';

type Session = ReturnType<typeof freshSession>;

/** Sends a turn without a `message` unless `fields` hold one, and reads its answer to the end. */
export async function turnEvents(
  url: string,
  session: Session,
  fields: Record<string, unknown>,
): Promise<ReceivedEvent[]> {
  const response = await ask(url, { message: undefined, ...session, ...fields });
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  return allEvents(response);
}

/** The same; gives the answer's id. */
export async function turn(url: string, session: Session, fields: Record<string, unknown>): Promise<string> {
  return only(await turnEvents(url, session, fields), 'done').message_id;
}

/** What stands in a session, or one version of it with `&version=`. */
export async function page(url: string, { user_id, session_id }: Session, more = ''): Promise<Message[]> {
  return (await history(url, user_id, session_id, more)).history;
}

export function contents(messages: readonly Message[]): string[] {
  return messages.map(({ content }) => content);
}

/** The conversation that a provider was sent last. */
export function lastSent({ simulator }: RunningApp): { role: string; content: unknown }[] {
  const requests = simulator.all.flatMap((provider) => provider.requests());
  const last = requests.sort((one, other) => one.at - other.at || one.number - other.number).at(-1);
  return (last?.body as { messages: { role: string; content: unknown }[] } | undefined)?.messages ?? [];
}
