import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { startApp, type RunningApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { failureOf, MOON, openAiClient, TIDE, user } from '../../support/openai.js';

let service: RunningApp;
let client: OpenAI;
beforeAll(async () => {
  service = await startApp();
  client = openAiClient(service.url);
});
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const PROVIDERS = ['groq', 'mistral', 'deepseek'];

describe('the official OpenAI client', () => {
  it('gets a whole answer with its usage', async () => {
    const completion = await client.chat.completions.create({ model: 'mistral', messages: [user('echo: low tide')] });
    expect(completion).toMatchObject({ object: 'chat.completion', model: 'mistral/mistral-small-latest' });
    expect(completion.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'low tide', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]);
    const { prompt_tokens: prompt = 0, completion_tokens: said = 0, total_tokens: total } = completion.usage ?? {};
    expect([prompt > 0, said > 0, total]).toEqual([true, true, prompt + said]);
  });

  it('streams an answer', async () => {
    const stream = await client.chat.completions.create({
      model: 'rondo',
      messages: [user('count to 50')],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(Array.from({ length: 50 }, (_, index) => index + 1).join(', '));
    expect(usage?.total_tokens).toBeGreaterThan(50);
  });

  it('puts a stream together by its own helper', async () => {
    const stream = client.chat.completions.stream({ model: 'groq', messages: [user('echo: piece by piece')] });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    expect((await stream.finalChatCompletion()).choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'piece by piece' },
    });
    expect(deltas.join('')).toBe('piece by piece');
  });

  it.each(PROVIDERS)('has %s call a tool, and gets an answer to what the tool gave back', async (model) => {
    const messages: ChatCompletionMessageParam[] = [user('When is low tide at Brest?')];
    const first = await client.chat.completions.create({ model, messages, tools: [TIDE] });
    const called = first.choices[0]?.message;
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect(called?.content).toBeNull();
    expect(called?.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'tide', arguments: '{"port":"Brest"}' } },
    ]);
    const id = called?.tool_calls?.[0]?.id ?? '';
    const second = await client.chat.completions.create({
      model,
      messages: [...messages, called!, { role: 'tool', tool_call_id: id, content: 'at noon' }],
      tools: [TIDE],
    });
    expect(second.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.stringContaining('at noon') },
    });
  });

  it.each(PROVIDERS)('streams the tool calls of %s, text and several calls too', async (model) => {
    const stream = client.chat.completions.stream({
      model,
      messages: [user('First say what you do, then look up both for Brest.')],
      tools: [TIDE, MOON],
    });
    const { message, finish_reason: finish } = (await stream.finalChatCompletion()).choices[0]!;
    expect([finish, message.content]).toEqual(['tool_calls', 'Let me look that up.']);
    const calls = message.tool_calls?.map(
      (call) => 'function' in call && [call.function.name, call.function.arguments],
    );
    expect(calls).toEqual([
      ['tide', '{"port":"Brest"}'],
      ['moon', '{}'],
    ]);
    expect(new Set(message.tool_calls?.map(({ id }) => id)).size).toBe(2);
  });

  it('runs tools by itself, whoever is asked next', async () => {
    const runner = client.chat.completions.runTools({
      model: 'rondo',
      messages: [user('When is low tide at Nantes?')],
      tools: [
        {
          type: 'function',
          function: {
            name: 'tide',
            parse: (args: string) => JSON.parse(args) as { port: string },
            function: ({ port }: { port: string }) => `${port}: at noon`,
            description: 'When the tide is low.',
            parameters: { type: 'object', properties: { port: { type: 'string' } } },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('Nantes: at noon');
  });

  it('gets JSON', async () => {
    for (const model of PROVIDERS) {
      const { choices } = await client.chat.completions.create({
        model,
        messages: [user('Answer in json, please.')],
        response_format: { type: 'json_object' },
      });
      expect(typeof JSON.parse(choices[0]?.message.content ?? '')).toBe('object');
    }
  });

  it('gets JSON by a schema, from whoever can', async () => {
    const schema = {
      type: 'object',
      properties: { port: { type: 'string' }, hours: { type: 'array', items: { type: 'number' } } },
    };
    for (let turn = 0; turn < 3; turn++) {
      const completion = await client.chat.completions.parse({
        model: 'rondo',
        messages: [user('When is low tide at Brest?')],
        response_format: { type: 'json_schema', json_schema: { name: 'tide', schema, strict: true } },
      });
      expect(completion.choices[0]?.message.parsed).toEqual({ port: 'Brest', hours: [7] });
      expect(completion.model).not.toContain('deepseek');
    }
  });

  it('ends the answer by aborting', async () => {
    await service.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 20 });
    const stream = await client.chat.completions.create({
      model: 'mistral',
      messages: [user('count to 900')],
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await eventually(() => service.simulator.mistral.requests().at(-1)?.closedByClientAt);
  });

  it('learns of a model that is not there', async () => {
    const messages = [user('echo: hi')];
    const unknown = await failureOf(client.chat.completions.create({ model: 'gpt-5', messages }));
    expect(unknown).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    });
    expect(unknown.message).toContain('`groq`');
    const gone = await failureOf(client.chat.completions.create({ model: 'groq/no-such-model', messages }));
    expect(gone).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  it('lists and retrieves models', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual([
      'rondo',
      'groq',
      'groq/openai/gpt-oss-120b',
      'mistral',
      'mistral/mistral-small-latest',
      'deepseek',
      'deepseek/deepseek-flash',
    ]);
    for (const id of [...ids, 'groq/qwen/qwen3.8-27b']) {
      const model = await client.models.retrieve(id);
      expect(model).toMatchObject({ id, object: 'model', owned_by: id.split('/')[0], created: expect.any(Number) });
    }
    expect(await failureOf(client.models.retrieve('openai/gpt-5'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('asks another model of a provider, slashes and all', async () => {
    const { model } = await client.chat.completions.create({
      model: 'groq/qwen/qwen3.8-27b',
      messages: [user('echo: hi')],
    });
    expect(model).toBe('groq/qwen/qwen3.8-27b');
    expect(service.simulator.groq.requests().at(-1)?.body).toMatchObject({ model: 'qwen/qwen3.8-27b' });
  });

  it('tries again by itself where that may help, and not where it can not', async () => {
    const patient = openAiClient(service.url, { maxRetries: 2 });
    const asked = () => service.simulator.groq.requests().length;
    const ask = () => failureOf(patient.chat.completions.create({ model: 'groq', messages: [user('echo: hi')] }));
    await service.simulator.groq.fault({ kind: 'status', status: 500 });
    let before = asked();
    expect((await ask()).status).toBe(502);
    expect(asked() - before).toBeGreaterThanOrEqual(3);
    await service.simulator.clear();
    await service.simulator.groq.fault({ kind: 'status', status: 401 });
    before = asked();
    expect(await ask()).toMatchObject({ status: 502, code: 'provider_auth' });
    expect(asked() - before).toBe(1);
  });
});
