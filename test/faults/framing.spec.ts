import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Framing } from '../../simulator/faults/fault-spec.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { ask as askSimulator, reasoningOf, textOf } from '../support/simulator.js';
import { wireFixtures } from '../support/wire-fixtures.js';

/** Tool calls are not asked for here; `e2e/openai` has them. Behind an empty answer the next provider is asked. */
const FIXTURES = wireFixtures().filter(
  ({ name, meaning }) => !/tool-call/.test(name) && meaning.failure?.kind !== 'empty',
);
const SPLITS = 4;
const PINNED = { groq: 'groq', mistral: 'mistral', deepseek: 'deepseek', openai: 'my-llm' } as const;

describe('what a provider sends, in every shape and any pieces', () => {
  let server: Server;
  let service: RunningApp;
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The key is looked at once at start.
    if (request.method === 'GET') return void response.writeHead(404).end();
    const { messages } = (await json(request)) as { messages: { content: string }[] };
    const bytes = FIXTURES.find(({ name }) => name === messages.at(-1)?.content)?.bytes ?? Buffer.alloc(0);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.socket?.setNoDelay(true);
    for (let at = 0, size = 0; at < bytes.length && !response.closed; at += size) {
      size = 1 + random(random(3) === 0 ? 3 : bytes.length);
      response.write(bytes.subarray(at, at + size));
      await nextTurn();
    }
    response.end();
  }

  beforeAll(async () => {
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    service = await startApp({
      GROQ_BASE_URL: origin,
      MISTRAL_BASE_URL: origin,
      DEEPSEEK_BASE_URL: origin,
      EXTRA_PROVIDERS: 'my-llm',
      MY_LLM_BASE_URL: origin,
      MY_LLM_MODEL: 'any',
    });
  });
  afterAll(async () => {
    await service.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(FIXTURES)('is what the reader gets: $name', async ({ name, dialect, meaning }) => {
    for (let split = 0; split < SPLITS; split++) {
      const session = freshSession();
      const list = await allEvents(await ask(service.url, { ...session, message: name, provider: PINNED[dialect] }));
      expect({ text: joined(list), reasoning: joined(list, 'reasoning') }).toEqual({
        text: meaning.text,
        reasoning: meaning.reasoning,
      });
      expect(list[0]?.type).toBe('provider');
      expect(list).not.toContainEqual(expect.objectContaining({ type: 'delta', content: '' }));
      expect(await lastAnswer(service.url, session)).toMatchObject({ content: meaning.text });
      if (meaning.failure === undefined) {
        expect(list.map(({ type }) => type)).not.toContain('error');
        expect(only(list, 'done').finish_reason).toBe(meaning.finish === 'tool_calls' ? 'stop' : meaning.finish);
      } else {
        expect(only(list, 'error').code).toBe(meaning.failure.code);
        expect(only(list, 'done').finish_reason).toBe('error');
      }
      if (meaning.usage === undefined) expect(list).not.toContainEqual(expect.objectContaining({ accurate: true }));
      else expect(only(list, 'usage')).toMatchObject({ accurate: true, tokens: meaning.usage.totalTokens });
    }
  });
});

describe('a stream framed otherwise than usual', () => {
  const TEXT = 'Ebbe und Flut: 潮の満ち引き 🌊, "twice"\r\na day.\n\n```\nx\n```\n';
  const framings: [string, Framing][] = [
    ['CRLF', { lineEnd: 'crlf' }],
    ['CR', { lineEnd: 'cr' }],
    ['a byte order mark', { bom: true }],
    ['`data:` without a space', { noSpace: true }],
    ['JSON over several lines', { multiLineData: true }],
    ['event, id and retry fields', { extraFields: true }],
    ['no blank line at its end', { noFinalBlankLine: true }],
    ['gzip, though identity was asked for', { gzip: true }],
    ['CRLF, one byte at a time', { lineEnd: 'crlf', splitBytes: 1 }],
    ['CR, in odd pieces', { lineEnd: 'cr', splitSeed: 3 }],
    ['gzip, in odd pieces', { gzip: true, splitSeed: 5 }],
  ];
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({ MAX_OUTPUT_TOKENS: '100000' }, { reasoning: 'never' })));
  afterAll(() => service.close());
  afterEach(() => service.simulator.clear());

  const answer = async (message = `echo: ${TEXT}`) => allEvents(await ask(service.url, { ...freshSession(), message }));

  it.each(framings)('is read all the same from every provider: %s', async (_, framing) => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'framing', ...framing });
    const asked = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const list = await answer();
      expect(joined(list)).toBe(TEXT);
      expect(only(list, 'usage').accurate).toBe(true);
      asked.add(only(list, 'provider').provider);
    }
    expect(asked.size).toBe(3);
  });

  it.each<[string, Framing]>([
    ['CRLF', { lineEnd: 'crlf' }],
    ['CR', { lineEnd: 'cr' }],
    ['gzip', { gzip: true }],
  ])('is passed on as it comes, not at its end: %s', async (_, framing) => {
    for (const provider of service.simulator.all) {
      await provider.fault({ kind: 'framing', ...framing });
      await provider.fault({ kind: 'pace', tokenMs: 30 });
    }
    const deltas = (await answer()).filter(({ type }) => type === 'delta');
    expect(deltas.length).toBeGreaterThan(5);
  });

  it.each(['groq', 'mistral', 'deepseek'] as const)('is whole where it is long, in odd pieces: %s', async (name) => {
    const provider = service.simulator[name];
    service.simulator.configure({ reasoning: 'always' });
    const said = await askSimulator(provider, 'write 60 KB in Markdown');
    await provider.fault({ kind: 'framing', splitSeed: 11 });
    const message = 'write 60 KB in Markdown';
    const list = await allEvents(await ask(service.url, { ...freshSession(), message, provider: name }));
    service.simulator.configure({ reasoning: 'never' });
    expect(joined(list).length).toBeGreaterThan(50_000);
    expect(joined(list)).toBe(textOf(said.body));
    expect(joined(list, 'reasoning')).toBe(reasoningOf(said.body));
  });

  it('is read where one line has 5 MB', async () => {
    for (const provider of service.simulator.all)
      await provider.fault({ kind: 'text', longLineBytes: 5_000_000, afterTokens: 2 });
    const list = await answer();
    expect(joined(list).length).toBe(TEXT.length + 5_000_000);
    expect(only(list, 'done').finish_reason).toBe('stop');
  });

  it.each([{ nul: true }, { loneSurrogate: true }])('is text that can be stored and sent on: %j', async (what) => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'text', ...what, afterTokens: 2 });
    const text = joined(await answer());
    expect(text.replace('\uFFFD', '')).toBe(TEXT);
    expect(text).toHaveLength(TEXT.length + 1);
  });

  it.each([
    ['duplicate', true],
    ['growing', true],
    ['separate', true],
    ['zero', true],
    ['null', false],
    ['absent', false],
  ] as const)('has its usage counted once, as what it is: %s', async (mode, accurate) => {
    const plain = only(await answer(), 'usage');
    for (const provider of service.simulator.all) await provider.fault({ kind: 'usage', mode });
    const usage = only(await answer(), 'usage');
    expect(usage.accurate).toBe(accurate);
    if (mode === 'zero') expect(usage.tokens).toBe(0);
    else if (accurate) expect(usage.completion_tokens).toBe(plain.completion_tokens);
    else expect(usage.tokens).toBeGreaterThan(0);
  });
});
