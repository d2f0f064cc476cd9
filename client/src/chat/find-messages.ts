import type { Message } from '../../../src/wire/message.js';
import { getHistory, type HistoryPage } from '../api/chat-api.js';
import type { OpenSession } from './asker.js';

const PAGE = 200;
const MOST_PAGES = 100;

/** The messages from `messageId` up to, but not with, `before`, oldest first; undefined where it is not among them. */
export async function findMessage(
  session: OpenSession,
  before: string,
  messageId: string,
): Promise<HistoryPage | undefined> {
  const found = await collect(session, { before }, (page) => page.history.some(({ id }) => id === messageId));
  return found.history.some(({ id }) => id === messageId) ? found : undefined;
}

/** A version of a message and all that followed it then, oldest first. */
export async function versionMessages(session: OpenSession, version: string): Promise<Message[]> {
  return (await collect(session, { version }, () => false)).history;
}

/** Pages of the history, backwards, until there are no more or `isEnough` says so; bounded. */
async function collect(
  { sessionId, signal }: OpenSession,
  query: { before?: string; version?: string },
  isEnough: (page: HistoryPage) => boolean,
): Promise<HistoryPage> {
  let history: Message[] = [];
  let before = query.before;
  for (let pages = 1; ; pages++) {
    const cursor = before === undefined ? {} : { before };
    const page = await getHistory(sessionId, { ...query, ...cursor, limit: PAGE }, signal);
    history = [...page.history, ...history];
    before = page.history[0]?.id;
    const isEnd = !page.has_more || before === undefined || pages >= MOST_PAGES;
    if (isEnd || isEnough(page)) return { history, has_more: page.has_more };
  }
}
