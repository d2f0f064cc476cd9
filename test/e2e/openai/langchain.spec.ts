import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HumanMessage, ToolMessage, type AIMessageChunk } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { startApp, type RunningApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp();
});
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const model = (name: string) =>
  new ChatOpenAI({
    model: name,
    apiKey: 'anything',
    maxRetries: 0,
    streamUsage: true,
    configuration: { baseURL: `${service.url}/v1` },
  });

const SCHEMA = {
  type: 'object' as const,
  properties: { port: { type: 'string' } },
  required: ['port'],
  additionalProperties: false,
};

const tide = tool(async ({ port }: { port: string }) => `${port}: at noon`, {
  name: 'tide',
  description: 'When the tide is low.',
  schema: SCHEMA,
});

function totalOf(message: object): number {
  const { usage_metadata: usage } = message as { usage_metadata?: { total_tokens: number } };
  return usage?.total_tokens ?? 0;
}

describe('LangChain.js', () => {
  it('gets a whole answer with its usage', async () => {
    const message = await model('mistral').invoke('echo: low tide');
    expect(message.content).toBe('low tide');
    expect(message.response_metadata).toMatchObject({
      finish_reason: 'stop',
      model_name: 'mistral/mistral-small-latest',
    });
    expect(totalOf(message)).toBeGreaterThan(2);
  });

  it('streams an answer', async () => {
    let text = '';
    let total = 0;
    for await (const chunk of await model('deepseek').stream('count to 40')) {
      text += chunk.text;
      total += totalOf(chunk);
    }
    expect(text).toBe(Array.from({ length: 40 }, (_, index) => index + 1).join(', '));
    expect(total).toBeGreaterThan(40);
  });

  it.each(['groq', 'mistral', 'deepseek'])(
    'runs a tool that %s calls, asking everybody in turn after that',
    async (name) => {
      const question = new HumanMessage('When is low tide at Brest?');
      const called = await model(name).bindTools([tide]).invoke([question]);
      expect(called.tool_calls).toMatchObject([{ name: 'tide', args: { port: 'Brest' } }]);
      const id = called.tool_calls?.[0]?.id ?? '';
      const result = new ToolMessage({ content: 'Brest: at noon', tool_call_id: id });
      for (const next of ['groq', 'mistral', 'deepseek', 'rondo']) {
        const answer = await model(next).bindTools([tide]).invoke([question, called, result]);
        expect(answer.text).toContain('Brest: at noon');
      }
    },
  );

  it('puts tool calls together from a stream', async () => {
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await model('deepseek').bindTools([tide]).stream('When is low tide at Brest?'))
      whole = whole === undefined ? chunk : whole.concat(chunk);
    expect(whole?.tool_calls).toMatchObject([{ name: 'tide', args: { port: 'Brest' } }]);
  });

  it.each(['jsonMode', 'jsonSchema', 'functionCalling'] as const)('gets structured output by %s', async (method) => {
    const structured = model('rondo').withStructuredOutput<{ port?: string }>(SCHEMA, { method, name: 'tide' });
    for (let turn = 0; turn < 3; turn++) {
      const object = await structured.invoke('As JSON: where is Brest?');
      expect(method === 'jsonMode' ? typeof object : object).toEqual(
        method === 'jsonMode' ? 'object' : { port: 'Brest' },
      );
    }
  });

  it('ends the answer by aborting', async () => {
    await service.simulator.groq.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 20 });
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _ of await model('groq').stream('count to 900', { signal: abort.signal })) abort.abort();
    })();
    await expect(reading).rejects.toThrow();
    await eventually(() => service.simulator.groq.requests().at(-1)?.closedByClientAt);
  });

  it('learns of failures', async () => {
    await expect(model('gpt-5').invoke('echo: hi')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 9 });
    await expect(Array.fromAsync(await model('mistral').stream('count to 60'))).rejects.toMatchObject({
      code: 'provider_bad_response',
    });
  });

  it('does not notice that a provider failed', async () => {
    for (const provider of service.simulator.all)
      await provider.fault({ kind: 'truncate', afterTokens: 9, times: 1, on: 'fresh' });
    expect((await model('rondo').invoke('count to 60')).text).toMatch(/^1, 2, .*, 59, 60$/);
  });
});
