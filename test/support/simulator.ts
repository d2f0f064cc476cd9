import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import {
  startSimulator,
  type ProviderHandle,
  type ProviderName,
  type ProviderSettings,
  type Simulator,
} from '../../simulator/provider-simulator.js';
import { DEFAULT_SETTINGS } from '../../simulator/settings.js';

/** A model that each simulated provider accepts. */
export const LIVE_MODELS: Readonly<Record<ProviderName, string>> = {
  groq: 'openai/gpt-oss-120b',
  mistral: 'mistral-small-latest',
  deepseek: 'deepseek-flash',
};

/**
 * One simulator for all tests of the surrounding suite, filled in before the first. After each test it gets its faults
 * cleared and its settings back.
 */
export function useSimulator(options: Partial<ProviderSettings> = {}): Simulator {
  const settings = { ...DEFAULT_SETTINGS, ...options };
  const simulator = {} as Simulator;
  beforeAll(async () => {
    Object.assign(simulator, await startSimulator(settings));
  });
  afterEach(async () => {
    simulator.configure(settings);
    await simulator.clear();
  });
  afterAll(() => simulator.close());
  return simulator;
}

type Json = Record<string, unknown>;

export interface Said {
  status: number;
  headers: Headers;
  body: string;
}

/** The body of a chat request as this provider wants it: streaming, with one question unless `fields` say otherwise. */
export function chatBody(provider: ProviderHandle, question: string, fields: Json = {}): Json {
  return {
    model: LIVE_MODELS[provider.name],
    stream: true,
    messages: [{ role: 'user', content: question }],
    ...fields,
  };
}

/** Asks a simulated provider directly, as a dialect would. */
export async function ask(
  provider: ProviderHandle,
  question: string,
  fields: Json = {},
  url = `${provider.baseUrl}/chat/completions`,
): Promise<Said> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify(chatBody(provider, question, fields)),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The JSON of every `data:` line, without `[DONE]`. */
export function chunksOf(body: string): Json[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice(6)) as Json);
}

interface Delta {
  content?: string | null | { type: string; text?: string; thinking?: { text: string }[] }[];
  reasoning?: string;
  reasoning_content?: string | null;
}

export function deltasOf(body: string): Delta[] {
  return chunksOf(body).flatMap((chunk) => {
    const choices = (chunk.choices ?? []) as { delta?: Delta }[];
    return choices.flatMap((choice) => (choice.delta ? [choice.delta] : []));
  });
}

/** The answer's text, from strings and content parts. */
export function textOf(body: string): string {
  return deltasOf(body)
    .map(({ content }) =>
      typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join(''),
    )
    .join('');
}

/** The answer's reasoning, from any of the three fields. */
export function reasoningOf(body: string): string {
  return deltasOf(body)
    .map(({ content, reasoning, reasoning_content: thought }) => {
      const parts = Array.isArray(content) ? content.flatMap((part) => part.thinking ?? []) : [];
      return (reasoning ?? '') + (thought ?? '') + parts.map((part) => part.text).join('');
    })
    .join('');
}

/** The finish reasons in order of their chunks. */
export function finishesOf(body: string): string[] {
  return chunksOf(body).flatMap((chunk) => {
    const choices = (chunk.choices ?? []) as { finish_reason: string | null }[];
    return choices.flatMap((choice) => (choice.finish_reason === null ? [] : [choice.finish_reason]));
  });
}

export interface RawAnswer {
  /** Everything received: head and body with their chunk sizes, each byte as one character. */
  bytes: string;
  /** How the connection ended, or `open` when `stopWhen` was satisfied and the client closed it. */
  end: 'fin' | 'reset' | 'refused' | 'open';
}

/** Asks over a bare socket, so that the bytes and the kind of end can be seen. */
export async function askRaw(
  provider: ProviderHandle,
  question: string,
  stopWhen: (bytes: string) => boolean = () => false,
): Promise<RawAnswer> {
  const { hostname, port, pathname } = new URL(`${provider.baseUrl}/chat/completions`);
  const body = JSON.stringify(chatBody(provider, question));
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer test-key\r\nconnection: close\r\n`;
  return new Promise((resolve) => {
    let bytes = '';
    let end: RawAnswer['end'] = 'fin';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      bytes += String(part);
      if (!stopWhen(bytes)) return;
      end = 'open';
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end = error.code === 'ECONNREFUSED' ? 'refused' : 'reset';
    });
    socket.on('close', () => {
      resolve({ bytes, end });
    });
  });
}

/** Waits until a condition holds; rejects after `milliseconds`. */
export async function until(condition: () => boolean, what: string, milliseconds = 5_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
