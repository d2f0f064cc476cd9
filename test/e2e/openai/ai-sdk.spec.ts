import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, jsonSchema, Output, isStepCount, streamText, tool } from 'ai';
import { startApp, type RunningApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

let service: RunningApp;
const failed: unknown[] = [];
beforeAll(async () => {
  service = await startApp();
});
afterEach(async () => {
  failed.length = 0;
  await service.simulator.clear();
});
afterAll(() => service.close());

const model = (name: string) =>
  createOpenAICompatible({
    name: 'rondo',
    baseURL: `${service.url}/v1`,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })(name);

const tide = tool({
  description: 'When the tide is low.',
  inputSchema: jsonSchema<{ port: string }>({
    type: 'object',
    properties: { port: { type: 'string' } },
    required: ['port'],
  }),
  execute: async ({ port }) => `${port}: at noon`,
});

describe('the Vercel AI SDK', () => {
  it('gets a whole answer with its usage', async () => {
    const { text, usage, finishReason } = await generateText({ model: model('mistral'), prompt: 'echo: low tide' });
    expect([text, finishReason]).toEqual(['low tide', 'stop']);
    expect(usage.totalTokens).toBe((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0));
    expect(usage.totalTokens).toBeGreaterThan(0);
  });

  it('streams text and thoughts, with the usage at the end', async () => {
    const result = streamText({ model: model('groq'), prompt: 'echo: piece by piece' });
    let text = '';
    let reasoning = '';
    for await (const part of result.stream) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'reasoning-delta') reasoning += part.text;
    }
    expect([text, await result.finishReason]).toEqual(['piece by piece', 'stop']);
    expect(reasoning).toContain('The user asks');
    expect((await result.usage).totalTokens).toBeGreaterThan(0);
  });

  it.each(['rondo', 'groq', 'mistral', 'deepseek'])('runs a tool that %s calls, to the end', async (name) => {
    const asked = {
      model: model(name),
      prompt: 'When is low tide at Brest?',
      tools: { tide },
      stopWhen: isStepCount(3),
    };
    expect((await generateText(asked)).text).toContain('Brest: at noon');
    const streamed = streamText(asked);
    expect(await streamed.text).toContain('Brest: at noon');
    expect((await streamed.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
  });

  it('gets an object by a schema', async () => {
    const schema = jsonSchema<{ port: string }>({ type: 'object', properties: { port: { type: 'string' } } });
    const { output } = await generateText({
      model: model('rondo'),
      prompt: 'When is low tide at Brest?',
      output: Output.object({ schema }),
    });
    expect(output).toEqual({ port: 'Brest' });
  });

  it('ends the answer by aborting', async () => {
    await service.simulator.deepseek.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 20 });
    const abort = new AbortController();
    const result = streamText({ model: model('deepseek'), prompt: 'count to 900', abortSignal: abort.signal });
    for await (const part of result.stream) if (part.type === 'text-delta') abort.abort();
    await eventually(() => service.simulator.deepseek.requests().at(-1)?.closedByClientAt);
  });

  it('does not notice that a provider failed, before the first token or in the middle', async () => {
    const whole = Array.from({ length: 60 }, (_, index) => index + 1).join(', ');
    for (const afterTokens of [0, 20]) {
      for (const provider of service.simulator.all.slice(0, 2)) await provider.fault({ kind: 'truncate', afterTokens });
      for (let turn = 0; turn < 3; turn++)
        expect(await streamText({ model: model('rondo'), prompt: 'count to 60' }).text).toBe(whole);
      await service.simulator.clear();
    }
  });

  it('learns of failures before and in the middle of an answer', async () => {
    const refused = generateText({ model: model('gpt-5'), prompt: 'echo: hi', maxRetries: 0 });
    await expect(refused).rejects.toMatchObject({ statusCode: 404, isRetryable: false });
    await expect(refused).rejects.toBeInstanceOf(APICallError);
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 9 });
    const broken = streamText({
      model: model('mistral'),
      prompt: 'count to 60',
      onError: ({ error }) => void failed.push(error),
    });
    await broken.consumeStream();
    expect(failed).toHaveLength(1);
    expect(JSON.stringify(failed)).toMatch(/unreadable|broke off/);
  });
});
