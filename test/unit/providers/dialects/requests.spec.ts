import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../../../src/config/app-config.js';
import type { ChatCompletionRequest } from '../../../../src/providers/completion.js';
import { quoteOf } from '../../../../src/providers/dialects/continuation/quote.js';
import { FrameTicker } from '../../../../src/providers/upstream/frame-ticker.js';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { DONE, STREAM_END, STREAM_HEAD, said, startRawServer, type RawServer } from '../../../support/raw-server.js';

const ALL: readonly Dialect[] = ['groq', 'mistral', 'deepseek', 'openai'];
const QUESTION = [{ role: 'user' as const, content: 'When is low tide?' }];
let server: RawServer;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  server = await startRawServer((socket) => {
    socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('ok', 'stop'), DONE, Buffer.from(STREAM_END)]));
  });
  cleanUp.push(() => server.close());
});

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** What goes over the wire for a request. */
async function sent(
  dialect: Dialect,
  request: Partial<ChatCompletionRequest> = {},
  base = '/v1',
  model = 'test-model',
) {
  const provider = providerAt(server.origin + base, { dialect, model });
  cleanUp.push(() => provider.close());
  const { error, text } = await askProvider(provider, { messages: QUESTION, ...request });
  expect(error).toBeUndefined();
  return { ...parse(server.requests.at(-1) ?? ''), text };
}

function parse(request: string) {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  return { line: head.split('\r\n')[0], head: head.toLowerCase(), body: JSON.parse(body) as Record<string, unknown> };
}

describe('a request', () => {
  const full = { temperature: 1.8, maxTokens: 1000 };

  it.each<[Dialect, object]>([
    ['groq', { temperature: 1.8, max_completion_tokens: 1000 }],
    ['mistral', { temperature: 1.5, max_tokens: 1000 }],
    ['deepseek', { temperature: 1.8, max_tokens: 1000, stream_options: { include_usage: true } }],
    ['openai', { temperature: 1.8, max_tokens: 1000, stream_options: { include_usage: true } }],
  ])('to %s holds exactly what it accepts', async (dialect, own) => {
    const { body, line, head } = await sent(dialect, full);
    expect(body).toEqual({ model: 'test-model', messages: QUESTION, stream: true, ...own });
    expect(line).toBe('POST /v1/chat/completions HTTP/1.1');
    expect(head).toContain('authorization: bearer canary-key');
    expect(head).toContain('content-type: application/json');
  });

  it.each(ALL)('to %s leaves out what was not asked for', async (dialect) => {
    const { body } = await sent(dialect);
    expect(Object.keys(body).filter((field) => /temp|max/.test(field))).toEqual([]);
  });

  it('names the model that was asked for, with no more tokens than it can give', async () => {
    expect((await sent('groq', { model: 'qwen/qwen3.8-27b', maxTokens: 1_000_000 })).body).toMatchObject({
      model: 'qwen/qwen3.8-27b',
      max_completion_tokens: 16_384,
    });
  });

  it('without a key has no credentials', async () => {
    const { apiKey: _, ...config } = { name: 'local', dialect: 'openai' as const, apiKey: '', model: 'm' };
    const { createProvider } = await import('../../../../src/providers/dialects/create-provider.js');
    const clocks = { connectMs: 1_000, firstTokenMs: 1_000, idleMs: 1_000 };
    const frames = new FrameTicker();
    const provider = createProvider({ ...config, baseUrl: server.origin }, { clocks, proxy: { bypass: [] }, frames });
    cleanUp.push(() => provider.close());
    await askProvider(provider);
    expect(server.requests[0]?.toLowerCase()).not.toContain('authorization');
  });

  it.each(ALL)(
    'to %s makes neighbours of one role one, leaves out empty messages, and is well-formed',
    async (dialect) => {
      const { body } = await sent(dialect, {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'First?' },
          { role: 'assistant', content: ' \n' },
          { role: 'user', content: 'Second? \ud83d' },
        ],
      });
      expect(body['messages']).toEqual([
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'First?\n\nSecond? \uFFFD' },
      ]);
    },
  );
});

describe('a request to continue', () => {
  const partial = 'Low tide is at noon, and again shortly after midnight; hi';

  it('Mistral is a prefix', async () => {
    const { body, line } = await sent('mistral', { partial: `${partial} ` });
    expect(body['messages']).toEqual([...QUESTION, { role: 'assistant', content: partial, prefix: true }]);
    expect(line).toContain('/v1/chat/completions');
  });

  it.each([
    ['/v1', '/beta/chat/completions'],
    ['', '/beta/chat/completions'],
    ['/beta', '/beta/chat/completions'],
    ['/gateway/v1', '/gateway/beta/chat/completions'],
  ])('DeepSeek at %j is a prefix at %s, without thinking', async (base, path) => {
    const { body, line } = await sent('deepseek', { partial }, base);
    expect(line).toBe(`POST ${path} HTTP/1.1`);
    expect(body['messages']).toEqual([...QUESTION, { role: 'assistant', content: partial, prefix: true }]);
    expect(body['thinking']).toEqual({ type: 'disabled' });
  });

  it.each<Dialect>(['groq', 'openai'])('%s is an instruction that quotes the end', async (dialect) => {
    const { body } = await sent(dialect, { partial });
    const messages = body['messages'] as { role: string; content: string }[];
    expect(messages.slice(0, 2)).toEqual([...QUESTION, { role: 'assistant', content: partial }]);
    expect(messages).toHaveLength(3);
    expect(messages[2]?.role).toBe('user');
    expect(messages[2]?.content).toContain(quoteOf(partial));
  });

  it.each(ALL)('%s never sends half a character', async (dialect) => {
    const { body } = await sent(dialect, { partial: 'A wave 🌊\ud83c' });
    const messages = body['messages'] as { content: string }[];
    expect(messages[1]?.content).toBe('A wave 🌊');
  });

  it.each(ALL)('%s where only white space was shown is a fresh one', async (dialect) => {
    expect((await sent(dialect, { partial: '\n ' })).body['messages']).toEqual(QUESTION);
  });
});
