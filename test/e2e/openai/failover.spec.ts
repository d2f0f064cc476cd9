import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec, ProviderName } from '../../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../../support/app.js';
import { forgive } from '../../support/forgive.js';
import { complete, MOON, said, stream, TIDE, user, type Json } from '../../support/openai.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp();
});
beforeEach(() => forgive(service));
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const EVERYBODY: readonly ProviderName[] = ['groq', 'mistral', 'deepseek'];
const COUNT = { messages: [user('count to 60')] };
const WHOLE = Array.from({ length: 60 }, (_, index) => index + 1).join(', ');

const fault = async (names: readonly ProviderName[], spec: FaultSpec) => {
  for (const name of names) await service.simulator[name].fault(spec);
};
/** Who got requests from now on, by the number of them. */
const counting = () => {
  const before = service.simulator.all.map((provider) => provider.requests().length);
  return () => service.simulator.all.map((provider, index) => provider.requests().length - (before[index] ?? 0));
};

async function refused(
  body: Json,
): Promise<{ status: number; error: { param: string; message: string; code: string } }> {
  const response = await complete(service.url, body);
  return { status: response.status, ...((await response.json()) as { error: never }) };
}

describe('a provider that fails', () => {
  it.each<FaultSpec>([
    { kind: 'status', status: 422 },
    { kind: 'truncate', afterTokens: 0 },
    { kind: 'truncate', afterTokens: 20 },
    { kind: 'error-event', afterTokens: 20 },
    { kind: 'reset', at: 'cut', afterTokens: 33 },
  ])('is replaced unnoticed: %j', async (spec) => {
    await fault(['groq', 'mistral'], spec);
    for (let turn = 0; turn < 3; turn++) {
      forgive(service);
      const read = await stream(service.url, COUNT);
      expect([said(read), read.done]).toEqual([WHOLE, true]);
      expect(new Set(read.chunks.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
      const whole = (await (await complete(service.url, COUNT)).json()) as {
        choices: { message: { content: string } }[];
      };
      expect(whole.choices[0]?.message.content).toBe(WHOLE);
    }
  });

  it('is not replaced where it was named', async () => {
    await fault(['mistral'], { kind: 'status', status: 503 });
    const asked = counting();
    expect(await refused({ ...COUNT, model: 'mistral' })).toMatchObject({
      status: 502,
      error: { code: 'provider_unavailable' },
    });
    const [groq, , deepseek] = asked();
    expect([groq, deepseek]).toEqual([0, 0]);
  });

  it('is replaced before it has called a tool', async () => {
    await fault(['groq', 'mistral'], { kind: 'truncate', afterTokens: 0 });
    for (let turn = 0; turn < 3; turn++) {
      const { chunks } = await stream(service.url, { messages: [user('Low tide at Brest?')], tools: [TIDE] });
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    }
  });

  it('is replaced after it has said something, with tools at hand', async () => {
    const messages = [user('First say what you do. Low tide at Brest?')];
    await fault(EVERYBODY, { kind: 'truncate', afterTokens: 3, on: 'fresh' });
    const { chunks } = await stream(service.url, { messages, tools: [TIDE], rondo: { events: true } });
    expect(said({ chunks })).toMatch(/^Let me look/);
    expect(JSON.stringify(chunks)).toContain('"continued"');
  });

  it.each(EVERYBODY)('is not replaced in the middle of a tool call: %s', async (model) => {
    // Groq and Mistral send a call in one piece, so it breaks right after it.
    await fault([model], { kind: 'truncate', afterTokens: model === 'deepseek' ? 3 : 999 });
    const asked = counting();
    const attempts = Array.from({ length: 3 }, () =>
      stream(service.url, { messages: [user('Low tide at Brest?')], tools: [TIDE], rondo: { events: true } }),
    );
    const broken = (await Promise.all(attempts)).find(({ done }) => !done);
    expect(said(broken!, 'tool_calls')).not.toBe('');
    expect(broken?.chunks.at(-1)?.error).toMatchObject({ code: 'provider_bad_response' });
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('is not replaced in the middle of JSON, which two would hardly make one of', async () => {
    const body = { messages: [user('As json: count to 60')], response_format: { type: 'json_object' } };
    await fault(EVERYBODY, { kind: 'truncate', afterTokens: 20 });
    const asked = counting();
    const { done, chunks } = await stream(service.url, body);
    expect([done, chunks.at(-1)?.error?.['code']]).toEqual([false, 'provider_bad_response']);
    expect(asked().reduce((sum, count) => sum + count)).toBe(1);
    await service.simulator.clear();
    await fault(['groq', 'mistral'], { kind: 'truncate', afterTokens: 0 });
    forgive(service);
    const whole = await stream(service.url, body);
    expect(JSON.parse(said(whole))).toEqual({ answer: WHOLE });
  });
});

describe('a request that does not fit', () => {
  const schema = { type: 'json_schema', json_schema: { name: 'tide', schema: { type: 'object', properties: {} } } };
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] };

  it.each<[string, Json, number[]]>([
    ['a schema does not go to DeepSeek', { response_format: schema }, [3, 3, 0]],
    ['nor, with tools, to Groq', { response_format: schema, tools: [TIDE], tool_choice: 'none' }, [0, 6, 0]],
    ['one call at a time does not go to DeepSeek', { tools: [TIDE, MOON], parallel_tool_calls: false }, [3, 3, 0]],
    ['penalties do not go to Groq', { presence_penalty: 1 }, [0, 3, 3]],
    ['five stops do not go to Groq', { stop: ['v', 'w', 'x', 'y', 'z'] }, [0, 3, 3]],
  ])('is not sent: %s', async (_, fields, requests) => {
    const asked = counting();
    for (let turn = 0; turn < 6; turn++) {
      const response = await complete(service.url, { messages: [user('echo: {}')], ...fields });
      expect([response.status, response.headers.get('x-rondo-attempts')]).toEqual([200, '1']);
    }
    expect(asked()).toEqual(requests);
  });

  it.each<[string, string, Json]>([
    ['response_format', 'deepseek', { response_format: schema }],
    ['parallel_tool_calls', 'deepseek', { tools: [TIDE], parallel_tool_calls: false }],
    ['frequency_penalty', 'groq', { frequency_penalty: 1 }],
    ['stop', 'groq', { stop: ['v', 'w', 'x', 'y', 'z'] }],
  ])('names field and provider where only one is asked: %s, %s', async (param, model, fields) => {
    const asked = counting();
    const { status, error } = await refused({ model, messages: [user('echo: {}')], ...fields });
    expect([status, error.code, error.param]).toEqual([400, 'invalid_request', param]);
    expect(error.message).toContain(`${model} does not take \`${param}\``);
    expect(asked()).toEqual([0, 0, 0]);
  });

  it('names them all where nobody takes it', async () => {
    const two = await startApp({ PROVIDERS: 'groq,deepseek' });
    try {
      const fields = { presence_penalty: 1, response_format: schema };
      const response = await complete(two.url, { messages: [user('echo: {}')], ...fields });
      const { error } = (await response.json()) as { error: Json };
      expect([response.status, error['code'], error['param']]).toEqual([400, 'invalid_request', 'presence_penalty']);
      expect(error['message']).toMatch(
        /groq does not take `presence_penalty`.*deepseek does not take `response_format`/,
      );
    } finally {
      await two.close();
    }
  });

  it('is passed on by those that turn out not to take it: an image goes to whoever sees', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const response = await complete(service.url, { messages: [user('Look.'), image] });
      expect([response.status, response.headers.get('x-rondo-provider')]).toEqual([200, 'mistral']);
    }
    for (const model of ['groq', 'deepseek']) {
      const { status, error } = await refused({ model, messages: [image] });
      expect([status, error.code, error.param]).toEqual([400, 'invalid_request', 'messages']);
      expect(error.message).toContain(model);
    }
  });
});
