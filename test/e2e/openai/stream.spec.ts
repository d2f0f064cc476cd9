import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HEADERS_WAIT_MS } from '../../../src/openai/reply/completion-replies.js';
import { startApp, type RunningApp } from '../../support/app.js';
import { complete, said, stream, TIDE, user, type Chunk } from '../../support/openai.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp();
});
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const only = (values: unknown[]) => [...new Set(values)];
const deltasOf = (chunks: readonly Chunk[]) => chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));

describe('a stream', () => {
  it('has one id, one time and one model, the role first, one finish, and [DONE] last', async () => {
    const { chunks, done, headers } = await stream(service.url, { model: 'mistral', messages: [user('count to 40')] });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(done).toBe(true);
    expect(only(chunks.map(({ id, object, created, model }) => [id, object, created, model].join(' ')))).toHaveLength(
      1,
    );
    expect(chunks[0]).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-[\w-]{24}$/),
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'mistral/mistral-small-latest',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(Math.abs((chunks[0]?.created ?? 0) - Date.now() / 1000)).toBeLessThan(10);
    const choices = chunks.map((chunk) => chunk.choices[0]);
    expect(choices.map((choice) => choice?.finish_reason).filter((reason) => reason !== null)).toEqual(['stop']);
    expect(choices.at(-1)).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(deltasOf(chunks).filter(({ role }) => role !== undefined)).toHaveLength(1);
    expect(said({ chunks })).toMatch(/^1, 2, .* 40$/);
    expect(chunks.some((chunk) => 'usage' in chunk || 'rondo' in chunk)).toBe(false);
  });

  it('tells what was used in a chunk of its own, if it is asked to', async () => {
    const options = { stream_options: { include_usage: true } };
    const { chunks } = await stream(service.url, { model: 'groq', messages: [user('echo: hi')], ...options });
    const last = chunks.pop();
    expect(chunks.every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(last?.choices).toEqual([]);
    const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, accurate } = last?.usage ?? {};
    expect([Number(prompt) + Number(completion), accurate]).toEqual([total, true]);
  });

  it('tells thoughts apart from the answer', async () => {
    const read = await stream(service.url, { model: 'deepseek', messages: [user('echo: hi')] });
    expect(read.chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: null });
    expect([said(read), said(read, 'reasoning_content')]).toEqual(['hi', expect.stringContaining('The user asks')]);
  });

  it.each(['groq', 'mistral', 'deepseek'])(
    'has id and name of a tool call of %s once, then arguments',
    async (model) => {
      const { chunks } = await stream(service.url, { model, messages: [user('Low tide at Brest?')], tools: [TIDE] });
      const pieces = deltasOf(chunks).flatMap((delta) => (delta['tool_calls'] as object[] | undefined) ?? []);
      expect(pieces[0]).toEqual({
        index: 0,
        id: expect.stringMatching(/^[\w-]{1,64}$/),
        type: 'function',
        function: { name: 'tide', arguments: expect.any(String) },
      });
      for (const piece of pieces.slice(1))
        expect(piece).toEqual({ index: 0, function: { arguments: expect.any(String) } });
      const texts = pieces.map((piece) => (piece as { function: { arguments: string } }).function.arguments);
      expect(JSON.parse(texts.join(''))).toEqual({ port: 'Brest' });
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    },
  );

  it.each([
    ['groq', { max_tokens: 5 }],
    ['mistral', { max_completion_tokens: 5, max_tokens: 900 }],
  ])('that %s cut for its length says so', async (model, limit) => {
    await service.simulator.groq.fault({ kind: 'usage', mode: 'absent' });
    const { chunks } = await stream(service.url, { model, messages: [user('count to 40')], ...limit });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  it('that the provider filtered says so', async () => {
    await service.simulator.mistral.fault({ kind: 'finish', reason: 'content_filter', afterTokens: 5 });
    const { chunks } = await stream(service.url, { model: 'mistral', messages: [user('count to 40')] });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('content_filter');
  });

  it('names who answers, and how many attempts that took, before it begins', async () => {
    const first = await stream(service.url, { model: 'mistral', messages: [user('echo: hi')] });
    expect([first.headers.get('x-rondo-provider'), first.headers.get('x-rondo-attempts')]).toEqual(['mistral', '1']);
    for (const provider of ['groq', 'mistral'] as const)
      await service.simulator[provider].fault({ kind: 'status', status: 422 });
    const attempts = [];
    for (let turn = 0; turn < 3; turn++) {
      const { headers } = await stream(service.url, { messages: [user('echo: hi')] });
      expect(headers.get('x-rondo-provider')).toBe('deepseek');
      attempts.push(Number(headers.get('x-rondo-attempts')));
    }
    expect(attempts.toSorted()).toEqual([1, 2, 3]);
  });

  it('keeps the name that the caller gave the request', async () => {
    const { headers } = await stream(service.url, { messages: [user('echo: hi')] }, { 'x-request-id': 'mine-1' });
    expect(headers.get('x-request-id')).toBe('mine-1');
    expect(headers.get('x-answer-id')).toBeNull();
  });
});

describe("Rondo's own events", () => {
  const rondo = { rondo: { events: true } };

  it('ride on chunks that say nothing else, in their order', async () => {
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 20, on: 'fresh' });
    await service.simulator.groq.fault({ kind: 'status', status: 503 });
    const body = { messages: [user('count to 60')], ...rondo };
    let read = await stream(service.url, body);
    while (!JSON.stringify(read.chunks).includes('"continued"')) read = await stream(service.url, body);
    expect(said(read)).toMatch(/^1, 2, .* 60$/);
    const { chunks } = read;
    expect(chunks[0]?.choices[0]?.delta['role']).toBe('assistant');
    const told = chunks.filter((chunk) => chunk.rondo !== undefined);
    for (const { choices } of told) expect(choices).toMatchObject([{ index: 0, delta: {} }]);
    const events = told.map((chunk) => chunk.rondo);
    expect(events.findLast((event) => event?.['type'] === 'provider')).toMatchObject({
      reason: 'continued',
      from: 'mistral',
    });
    expect(events.at(-2)).toMatchObject({ type: 'usage', accurate: false });
    expect(events.at(-1)).toMatchObject({ type: 'done', finish_reason: 'stop' });
    expect(told.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('come with an error, too', async () => {
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 9 });
    const { chunks, done } = await stream(service.url, { model: 'mistral', messages: [user('count to 60')], ...rondo });
    expect(done).toBe(false);
    expect(chunks.at(-1)).toMatchObject({
      error: { code: 'provider_bad_response', type: 'server_error' },
      rondo: { type: 'error', code: 'provider_bad_response', class: 'provider_switch', retryable: true },
    });
  });

  it('are listed in a whole answer', async () => {
    const response = await complete(service.url, { model: 'mistral', messages: [user('echo: hi')], ...rondo });
    const { rondo: own } = (await response.json()) as { rondo: { events: { type: string }[] } };
    expect(own.events.map(({ type }) => type)).toEqual(['provider', 'usage', 'done']);
  });
});

describe('a stream that waits for its first words', () => {
  let patient: RunningApp;
  beforeAll(async () => {
    patient = await startApp({ FIRST_TOKEN_TIMEOUT_MS: '1500' }, {}, (builder) =>
      builder.overrideProvider(HEADERS_WAIT_MS).useValue(300),
    );
  });
  afterEach(() => patient.simulator.clear());
  afterAll(() => patient.close());

  it('begins in time for proxies, and goes on when they come', async () => {
    await patient.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 800, tokenMs: 0 });
    const begun = performance.now();
    const response = await complete(patient.url, { model: 'mistral', messages: [user('echo: late')], stream: true });
    const waited = performance.now() - begun;
    expect([response.status, response.headers.get('x-rondo-provider')]).toEqual([200, 'mistral']);
    expect(waited).toBeGreaterThan(250);
    expect(waited).toBeLessThan(750);
    const text = await response.text();
    expect(text).toMatch(/^data: \{.*"role":"assistant".*\n\ndata: \{.*"content":"late"/);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('tells of a failure in the stream where that came too late for a status', async () => {
    await patient.simulator.mistral.fault({ kind: 'no-token' });
    const { status, chunks, done } = await stream(patient.url, { model: 'mistral', messages: [user('echo: never')] });
    expect([status, done]).toEqual([200, false]);
    expect(chunks.at(-1)?.error).toMatchObject({ code: 'provider_timeout', type: 'server_error', param: null });
  });

  it('gives it a status where it did not', async () => {
    for (const provider of patient.simulator.all) await provider.fault({ kind: 'status', status: 503 });
    const response = await complete(patient.url, { messages: [user('echo: hi')], stream: true });
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'application/json; charset=utf-8']);
    expect(await response.json()).toMatchObject({ error: { code: 'all_providers_failed' } });
  });
});

describe('a model', () => {
  it('is found with its slashes as they are, too', async () => {
    const response = await fetch(`${service.url}/v1/models/groq/openai/gpt-oss-120b`);
    expect(await response.json()).toMatchObject({ id: 'groq/openai/gpt-oss-120b', owned_by: 'groq' });
    const unknown = await fetch(`${service.url}/v1/models/no/such`);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
  });
});

describe('an assistant message at the end', () => {
  it.each(['groq', 'mistral', 'deepseek'])('is gone on with by %s, and not repeated', async (model) => {
    const messages = [user('count to 20'), { role: 'assistant', content: '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11' }];
    expect(said(await stream(service.url, { model, messages }))).toBe(', 12, 13, 14, 15, 16, 17, 18, 19, 20');
  });
});
