import type { AnswerEvent } from '../../src/wire/answer-event.js';
import type { Message, SessionSummary } from '../../src/wire/message.js';
import type { Problem } from '../../src/wire/problem.js';
import type { RunningApp } from './app.js';
import { ask, events, type ReceivedEvent } from './events.js';
import { call, type Answer, type Call } from './http-app.js';

export interface HistoryPage {
  history: Message[];
  has_more: boolean;
}

export interface SessionsPage {
  sessions: SessionSummary[];
  has_more: boolean;
}

/** A question and how to read its answer to the end; `id` is the answer's. */
export interface RunningQuestion {
  readonly id: string;
  /** What was read so far. */
  readonly seen: ReceivedEvent[];
  /** Reads on until an event of this type came. */
  until(type: AnswerEvent['type']): Promise<void>;
  rest(): Promise<ReceivedEvent[]>;
}

export function post(url: string, path: string, json: unknown, options: Call = {}): Promise<Answer> {
  return call(`${url}${path}`, { method: 'POST', json, ...options });
}

export async function history(url: string, userId: string, sessionId: string, more = ''): Promise<HistoryPage> {
  const query = `user_id=${encodeURIComponent(userId)}&session_id=${encodeURIComponent(sessionId)}${more}`;
  return jsonOf<HistoryPage>(await call(`${url}/history?${query}`));
}

export async function sessions(url: string, userId: string, more = ''): Promise<SessionsPage> {
  return jsonOf<SessionsPage>(await call(`${url}/sessions?user_id=${encodeURIComponent(userId)}${more}`));
}

/** The body of an answer that has to be 200 JSON. */
export function jsonOf<T>({ status, headers, text }: Answer): T {
  if (status !== 200) throw new Error(`status ${status}: ${text}`);
  if (headers['content-type'] !== 'application/json; charset=utf-8') {
    throw new Error(`not JSON but ${String(headers['content-type'])}`);
  }
  return JSON.parse(text) as T;
}

export function problemOf(answer: Answer): Problem {
  return JSON.parse(answer.text) as Problem;
}

/** Asks something and reads nothing yet. */
export async function begin(
  url: string,
  body: Record<string, unknown>,
  options: Parameters<typeof ask>[2] = {},
): Promise<RunningQuestion> {
  const response = await ask(url, body, options);
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  const seen: ReceivedEvent[] = [];
  const reader = events(response);
  return {
    id: response.headers.get('x-answer-id') ?? '',
    seen,
    until: async (type) => {
      for (;;) {
        const { value, done } = await reader.next();
        if (done === true) throw new Error(`the stream ended before ${type}`);
        seen.push(value);
        if (value.type === type) return;
      }
    },
    rest: async () => {
      for await (const event of reader) seen.push(event);
      return seen;
    },
  };
}

/** Requests that all simulated providers got so far. */
export function asked({ simulator }: RunningApp): number {
  return simulator.all.reduce((sum, provider) => sum + provider.requests().length, 0);
}
