import { createParser } from 'eventsource-parser';
import OpenAI, { type APIError } from 'openai';
import type { ChatCompletionTool } from 'openai/resources/chat/completions';

export type Json = Record<string, unknown>;

/** The official client. It doesn't try again unless a test says so. */
export function openAiClient(url: string, options: Partial<ConstructorParameters<typeof OpenAI>[0]> = {}): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'anything', maxRetries: 0, ...options });
}

export const user = (content: string): { role: 'user'; content: string } => ({ role: 'user', content });

/** A tool that the simulated providers call with the port that is named in the question. */
export const TIDE: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'tide',
    description: 'When the tide is low.',
    parameters: { type: 'object', properties: { port: { type: 'string' } }, required: ['port'] },
  },
};

export const MOON: ChatCompletionTool = {
  type: 'function',
  function: { name: 'moon', parameters: { type: 'object', properties: {} } },
};

export interface Chunk {
  id: string;
  object: string;
  created: number;
  model: string;
  choices: { index: number; delta: Json & { content?: string | null }; finish_reason: string | null }[];
  usage?: Json | null;
  rondo?: Json;
  error?: Json;
}

/** What a plain client reads. */
export interface Stream {
  status: number;
  headers: Headers;
  chunks: Chunk[];
  /** Whether `[DONE]` came last. */
  done: boolean;
  /** Comments, as they came. */
  comments: string[];
}

/** Asks without any client. */
export function complete(
  url: string,
  body: Json,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'rondo', ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Asks for a stream and reads it to its end. */
export async function stream(url: string, body: Json, headers: Record<string, string> = {}): Promise<Stream> {
  const response = await complete(url, { stream: true, ...body }, headers);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`status ${response.status}: ${text}`);
  return { status: response.status, headers: response.headers, ...parsed(text) };
}

function parsed(text: string): Pick<Stream, 'chunks' | 'done' | 'comments'> {
  const data: string[] = [];
  const comments: string[] = [];
  const parser = createParser({ onEvent: (event) => data.push(event.data), onComment: (it) => comments.push(it) });
  parser.feed(text);
  const end = data.indexOf('[DONE]');
  if (end !== -1 && end !== data.length - 1) throw new Error('something follows [DONE]');
  const chunks = data.filter((it) => it !== '[DONE]').map((it) => JSON.parse(it) as Chunk);
  return { chunks, done: end !== -1, comments };
}

/** The joined pieces of a field of all deltas; what is no text, as JSON. An error has no deltas. */
export function said({ chunks }: Pick<Stream, 'chunks'>, field = 'content'): string {
  const pieces = chunks
    .flatMap((chunk) => ('choices' in chunk ? chunk.choices : []))
    .map(({ delta }) => delta[field] ?? '');
  return pieces.map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(piece))).join('');
}

/** What a call of the official client fails with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<APIError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
