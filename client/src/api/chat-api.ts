import type { Message, SearchResult, SessionSummary } from '../../../src/wire/message.js';
import { asUser } from '../state/identity.js';
import { toApiError, UnreachableError } from './api-error.js';

/** What a question may carry besides its text; absent fields leave the service's defaults. */
export interface QuestionSettings {
  provider?: string;
  model?: string;
  temperature?: number;
  max_tokens?: number;
  system_prompt?: string;
}

/**
 * What is asked: something new, in the place of the question `replaces` if given; or once more what was asked before the
 * answer `regenerate`; or that the answer `continue_from`, which was cut short, goes on.
 */
export type Asked = { message: string; replaces?: string } | { regenerate: string } | { continue_from: string };

export type Question = QuestionSettings & Asked & { session_id: string };

/** A page of a list that may go on. */
type Page<Name extends string, T> = Record<Name, T[]> & { has_more: boolean };
export type HistoryPage = Page<'history', Message>;
export type SessionPage = Page<'sessions', SessionSummary>;
export type SearchPage = Page<'results', SearchResult>;

export interface ProviderInfo {
  name: string;
  model: string;
  state: string;
}

/** Asks; the answer streams in the response's body. `key` makes a repeated request attach to the first one's answer. */
export function postQuestion(question: Question, key: string, signal: AbortSignal): Promise<Response> {
  return request('/rr-chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(asUser({ ...question, on_disconnect: 'finish' })),
    signal,
  });
}

/** Attaches to an answer, after `cursor` if given, else from its beginning. */
export function attachAnswer(answerId: string, cursor: string, signal: AbortSignal): Promise<Response> {
  return request(`/rr-chat/stream/${encodeURIComponent(answerId)}`, {
    headers: cursor === '' ? {} : { 'Last-Event-ID': cursor },
    signal,
  });
}

/** Ends generation; what was shown is kept. May be repeated. */
export async function stopAnswer(answerId: string): Promise<void> {
  await send(`/rr-chat/stream/${encodeURIComponent(answerId)}/stop`, { method: 'POST' });
}

/**
 * The latest messages, oldest first; only those before the message `before`, if given. With `version`, an earlier version
 * of a message: that one and what followed it then.
 */
export async function getHistory(
  sessionId: string,
  page: { before?: string; limit?: number; version?: string } = {},
  signal?: AbortSignal,
): Promise<HistoryPage> {
  const query = queryString({ session_id: sessionId, ...page });
  return (await sendForJson(`/history?${query}`, signal ? { signal } : {})) as HistoryPage;
}

/** Sessions, the last used first. */
export async function getSessions(
  page: { before?: string | undefined; limit?: number | undefined } = {},
): Promise<SessionPage> {
  return (await sendForJson(`/sessions?${queryString(page)}`)) as SessionPage;
}

export async function renameSession(sessionId: string, title: string): Promise<void> {
  await send(sessionPath(sessionId), {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  });
}

/** `keepalive` lets the request outlive the page. */
export async function deleteSession(sessionId: string): Promise<void> {
  await send(sessionPath(sessionId), { method: 'DELETE', keepalive: true });
}

/** The user's messages in which all words of `text` occur, newest first; only those older than `before`, if given. */
export async function searchMessages(
  text: string,
  page: { before?: string },
  signal: AbortSignal,
): Promise<SearchPage> {
  const query = queryString({ q: text, ...page });
  return (await sendForJson(`/search?${query}`, { signal })) as SearchPage;
}

export async function getProviders(): Promise<ProviderInfo[]> {
  const body = (await sendForJson('/providers')) as { providers: ProviderInfo[] };
  return body.providers;
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await request(path, init);
  if (!response.ok) throw await toApiError(response);
  return response;
}

async function sendForJson(path: string, init?: RequestInit): Promise<unknown> {
  const response = await send(path, init);
  return orUnreachable(response.json(), init);
}

function request(path: string, init?: RequestInit): Promise<Response> {
  return orUnreachable(fetch(path, init), init);
}

/** Tells what went wrong on the way from what goes wrong in the page. */
async function orUnreachable<T>(result: Promise<T>, init: RequestInit | undefined): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    throw new UnreachableError('The service cannot be reached', { cause: error });
  }
}

function sessionPath(sessionId: string): string {
  return `/sessions/${encodeURIComponent(sessionId)}?${queryString({})}`;
}

function queryString(fields: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asUser(fields))) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}
