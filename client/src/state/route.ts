import { isId } from './identity.js';

/** Message ids are the service's own, and may begin with a sign. */
const MESSAGE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const ADDRESS = /^#\/s\/([^/]+)(?:\/([^/]+))?$/;

/** What an address shows: a session, and a message in it to go to. */
export interface Route {
  readonly sessionId: string;
  readonly messageId?: string;
}

/** The session that an address names; undefined: none, a new chat. */
export function routeOf(hash: string): Route | undefined {
  const [, session, message] = ADDRESS.exec(hash) ?? [];
  const sessionId = decoded(session, isId);
  const messageId = decoded(message, (id) => MESSAGE_ID.test(id));
  return sessionId === undefined ? undefined : { sessionId, ...(messageId === undefined ? {} : { messageId }) };
}

/** The address of a session, and of a message in it. */
export function addressOf({ sessionId, messageId }: Route): string {
  const session = `#/s/${encodeURIComponent(sessionId)}`;
  return messageId === undefined ? session : `${session}/${encodeURIComponent(messageId)}`;
}

function decoded(part: string | undefined, isGood: (id: string) => boolean): string | undefined {
  if (part === undefined) return undefined;
  try {
    const id = decodeURIComponent(part);
    return isGood(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
