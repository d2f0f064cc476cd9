import { describe, expect, it } from '@jest/globals';
import { ask, useSimulator } from '../../support/simulator.js';
import type { ProviderName } from '../../../simulator/provider-simulator.js';

const simulator = useSimulator({ pace: 'instant' });

const question = { role: 'user', content: 'Hi' };
const partial = { role: 'assistant', content: 'The capital of France is' };

describe('a request that the real provider would refuse', () => {
  const cases: [ProviderName, string, Record<string, unknown>, number, string][] = [
    ['groq', 'an unknown field', { custom: 1 }, 400, "property 'custom' is unsupported"],
    ['groq', 'an unknown model', { model: 'llama-3.3-70b-versatile' }, 404, 'model_not_found'],
    [
      'groq',
      'reasoning_content in a message',
      { messages: [question, { ...partial, reasoning_content: 'x' }, question] },
      400,
      "property 'reasoning_content' is unsupported",
    ],
    [
      'groq',
      'a prefix flag',
      { messages: [question, { ...partial, prefix: true }] },
      400,
      "property 'prefix' is unsupported",
    ],
    ['groq', 'no messages', { messages: [] }, 400, 'minimum number of items is 1'],
    ['mistral', 'stream_options', { stream_options: { include_usage: true } }, 422, 'extra_forbidden'],
    ['mistral', 'max_completion_tokens', { max_completion_tokens: 5 }, 422, 'extra_forbidden'],
    [
      'mistral',
      'reasoning_content in a message',
      { messages: [question, { ...partial, reasoning_content: 'x' }, question] },
      422,
      '"loc":["body","messages",1,"assistant","reasoning_content"]',
    ],
    ['mistral', 'a name in a message', { messages: [{ ...question, name: 'ann' }] }, 422, 'extra_forbidden'],
    [
      'mistral',
      'an assistant message at the end',
      { messages: [question, partial] },
      400,
      'Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant',
    ],
    [
      'mistral',
      'a user turn after a tool turn',
      { messages: [question, { role: 'tool', content: 'x', tool_call_id: 'abcdef012' }, question] },
      400,
      '"code":"3230"',
    ],
    [
      'mistral',
      'an empty assistant message',
      { messages: [question, { ...partial, content: '' }, question] },
      400,
      'must have either content or tool_calls',
    ],
    ['mistral', 'an unknown model', { model: 'magistral-medium' }, 400, '"code":"1500"'],
    [
      'deepseek',
      'the developer role',
      { messages: [{ role: 'developer', content: 'x' }, question] },
      400,
      'unknown variant `developer`',
    ],
    [
      'deepseek',
      'a prefix flag off /beta',
      { messages: [question, { ...partial, prefix: true }] },
      400,
      'prefix is only available when using beta api',
    ],
    [
      'deepseek',
      'an assistant message at the end',
      { messages: [question, partial] },
      400,
      'The last message of deepseek-flash must be a user message',
    ],
    ['deepseek', 'an unknown model', { model: 'deepseek-chat' }, 400, 'Model Not Exist'],
  ];
  it.each(cases)('is refused by %s: %s', async (name, _what, fields, status, text) => {
    const said = await ask(simulator[name], 'Hi', fields);
    expect(said.status).toBe(status);
    expect(said.headers.get('content-type')).toMatch(/^application\/json/);
    expect(said.body).toContain(text);
  });

  it('is accepted where the provider is more tolerant', async () => {
    const system = { role: 'system', content: 'Be brief.' };
    expect((await ask(simulator.deepseek, 'Hi', { custom: 1, messages: [system, question] })).status).toBe(200);
    expect((await ask(simulator.groq, 'Hi', { messages: [system, question, partial] })).status).toBe(200);
    expect((await ask(simulator.mistral, 'Hi', { messages: [system, question], random_seed: 3 })).status).toBe(200);
  });

  it('is accepted with any model when the simulator is told so', async () => {
    simulator.groq.configure({ models: 'any' });
    expect((await ask(simulator.groq, 'Hi', { model: 'my-model' })).status).toBe(200);
    simulator.groq.configure({ models: ['only-this'] });
    expect((await ask(simulator.groq, 'Hi')).status).toBe(404);
    simulator.groq.configure({ models: 'live' });
  });
});

describe('a request without the right key', () => {
  const bodies: [ProviderName, string][] = [
    ['groq', '"code":"invalid_api_key"'],
    ['mistral', '{"detail":"Invalid API Key"}\n'],
    ['deepseek', 'Authentication Fails, Your api key: ****-key is invalid'],
  ];
  it.each(bodies)('gets the 401 of %s', async (name, text) => {
    simulator[name].configure({ expectedKey: 'the-right-one' });
    const said = await ask(simulator[name], 'Hi');
    simulator[name].configure({ expectedKey: null });
    expect(said.status).toBe(401);
    expect(said.body).toContain(text);
    expect(simulator[name].requests().at(-1)).toMatchObject({ key: 'wrong', status: 401 });
    const response = await fetch(`${simulator[name].baseUrl}/chat/completions`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    await response.arrayBuffer();
  });
});

describe('a request to nowhere', () => {
  it.each(['groq', 'mistral', 'deepseek'] as const)('gets a 404 from %s, and bad JSON a refusal', async (name) => {
    expect((await ask(simulator[name], 'Hi', {}, `${simulator[name].url}/nowhere`)).status).toBe(404);
    const response = await fetch(`${simulator[name].baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: '{"model":',
    });
    expect([400, 422]).toContain(response.status);
    expect(await response.json()).toBeTruthy();
  });
});
