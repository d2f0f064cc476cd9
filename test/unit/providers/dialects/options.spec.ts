import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../../../src/config/app-config.js';
import type { ChatCompletionRequest, ChatMessage } from '../../../../src/providers/completion.js';
import type { CompletionOptions } from '../../../../src/providers/completion-options.js';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { DONE, STREAM_END, STREAM_HEAD, said, startRawServer, type RawServer } from '../../../support/raw-server.js';

const ALL: readonly Dialect[] = ['groq', 'mistral', 'deepseek', 'openai'];
const QUESTION: ChatMessage = { role: 'user', content: 'When is low tide at Brest?' };
const TIDE = { name: 'tide', description: 'When the tide is low.', parameters: { type: 'object' }, strict: true };
const CALL = { id: 'call_00_abcdefghij', name: 'tide', arguments: '{"port":"Brest"}' };
const CALLED: ChatMessage = { role: 'assistant', content: '', toolCalls: [CALL] };
const RESULT: ChatMessage = { role: 'tool', content: 'at noon', toolCallId: CALL.id };

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

function at(dialect: Dialect) {
  const provider = providerAt(server.origin, { dialect });
  cleanUp.push(() => provider.close());
  return provider;
}

/** The body that goes over the wire, without what every request has. */
async function sent(dialect: Dialect, options: CompletionOptions, request: Partial<ChatCompletionRequest> = {}) {
  const { error } = await askProvider(at(dialect), { messages: [QUESTION], options, ...request });
  expect(error).toBeUndefined();
  const body = JSON.parse(server.requests.at(-1)?.split('\r\n\r\n')[1] ?? '') as Record<string, unknown>;
  const { model: _, stream_options: __, ...rest } = body;
  return rest;
}

const fieldsOf = async (dialect: Dialect, options: CompletionOptions) => {
  const { messages: _, stream, ...fields } = await sent(dialect, options);
  return stream === true ? fields : { ...fields, stream };
};

const misfitOf = (dialect: Dialect, options: CompletionOptions) =>
  at(dialect).misfit({ messages: [QUESTION], options });

const SAMPLING = { topP: 0.5, seed: 7, stop: ['END'] };
const schema = { type: 'json_schema' as const, name: 'tide', schema: { type: 'object' }, strict: true };
const tool = (strict: object) => {
  const { strict: _, ...known } = TIDE;
  return [{ type: 'function', function: { ...known, ...strict } }];
};

describe('sampling', () => {
  it.each<[Dialect, object]>([
    ['groq', { top_p: 0.5, seed: 7, stop: ['END'] }],
    ['mistral', { top_p: 0.5, random_seed: 7, stop: ['END'] }],
    ['deepseek', { top_p: 0.5, stop: ['END'] }],
    ['openai', { top_p: 0.5, seed: 7, stop: ['END'] }],
  ])('goes to %s under its own names, without what it has not', async (dialect, fields) => {
    expect(await fieldsOf(dialect, SAMPLING)).toEqual(fields);
  });

  it.each<Dialect>(['mistral', 'deepseek', 'openai'])('has penalties at %s', async (dialect) => {
    const fields = await fieldsOf(dialect, { presencePenalty: 0.5, frequencyPenalty: -1 });
    expect(fields).toEqual({ presence_penalty: 0.5, frequency_penalty: -1 });
  });

  it('has no penalties at Groq, which heeds none, but those that say nothing', async () => {
    expect(misfitOf('groq', { presencePenalty: 0.5 })).toMatchObject({ field: 'presence_penalty' });
    expect(misfitOf('groq', { frequencyPenalty: 1 })).toMatchObject({ field: 'frequency_penalty' });
    expect(misfitOf('groq', { presencePenalty: 0 })).toBeUndefined();
    expect(await fieldsOf('groq', { presencePenalty: 0, frequencyPenalty: 0 })).toEqual({});
  });

  it('stays within what Mistral takes', async () => {
    expect(await fieldsOf('mistral', { topP: 0, seed: -3 })).toEqual({ top_p: 0.0001, random_seed: 3 });
  });

  it('has four stops at most at Groq', () => {
    const stop = ['1', '2', '3', '4', '5'];
    expect(misfitOf('groq', { stop })).toMatchObject({ field: 'stop' });
    expect(misfitOf('groq', { stop: stop.slice(1) })).toBeUndefined();
    for (const dialect of ALL.slice(1)) expect(misfitOf(dialect, { stop })).toBeUndefined();
  });

  it.each<[Dialect, CompletionOptions['reasoningEffort'], object]>([
    ['groq', 'minimal', { reasoning_effort: 'low' }],
    ['groq', 'xhigh', { reasoning_effort: 'high' }],
    ['mistral', 'medium', { reasoning_effort: 'medium' }],
    ['deepseek', 'medium', { reasoning_effort: 'high' }],
    ['deepseek', 'none', { thinking: { type: 'disabled' } }],
    ['openai', 'xhigh', { reasoning_effort: 'xhigh' }],
  ])('tells %s how hard to think: %s', async (dialect, reasoningEffort, fields) => {
    expect(await fieldsOf(dialect, { reasoningEffort: reasoningEffort! })).toEqual(fields);
  });
});

describe('tools', () => {
  it.each<[Dialect, object]>([
    ['groq', { tools: tool({}), tool_choice: 'required' }],
    ['mistral', { tools: tool({ strict: true }), tool_choice: 'required' }],
    ['deepseek', { tools: tool({}), tool_choice: 'required', thinking: { type: 'disabled' } }],
    ['openai', { tools: tool({ strict: true }), tool_choice: 'required' }],
  ])('are offered to %s in its shape', async (dialect, fields) => {
    expect(await fieldsOf(dialect, { tools: [TIDE], toolChoice: 'required' })).toEqual(fields);
  });

  it.each(ALL)('are forced upon %s by name', async (dialect) => {
    const fields = await fieldsOf(dialect, { tools: [TIDE], toolChoice: { name: 'tide' } });
    expect(fields).toMatchObject({ tool_choice: { type: 'function', function: { name: 'tide' } } });
  });

  it('leave DeepSeek thinking where it may choose', async () => {
    expect(await fieldsOf('deepseek', { tools: [TIDE], toolChoice: 'auto' })).toEqual({ tools: tool({}) });
  });

  it('are called one at a time, but not by DeepSeek, which promises no such thing', async () => {
    const options = { tools: [TIDE], parallelToolCalls: false };
    for (const dialect of ['groq', 'mistral', 'openai'] as const)
      expect(await fieldsOf(dialect, options)).toMatchObject({ parallel_tool_calls: false });
    expect(misfitOf('deepseek', options)).toMatchObject({ field: 'parallel_tool_calls' });
    expect(misfitOf('deepseek', { ...options, parallelToolCalls: true })).toBeUndefined();
  });
});

describe('JSON', () => {
  it.each(ALL)('is asked of %s', async (dialect) => {
    const format = { responseFormat: { type: 'json_object' as const } };
    expect(await fieldsOf(dialect, format)).toEqual({ response_format: { type: 'json_object' } });
  });

  it.each<[Dialect, object]>([
    ['groq', { stream: false }],
    ['mistral', {}],
    ['openai', {}],
  ])('by a schema is asked of %s', async (dialect, more) => {
    const { type, ...described } = schema;
    const fields = await fieldsOf(dialect, { responseFormat: schema });
    expect(fields).toEqual({ response_format: { type, json_schema: described }, ...more });
  });

  it('by a schema is neither for DeepSeek, nor for Groq together with tools', () => {
    expect(misfitOf('deepseek', { responseFormat: schema })).toMatchObject({ field: 'response_format' });
    expect(misfitOf('groq', { responseFormat: schema, tools: [TIDE] })).toMatchObject({ field: 'response_format' });
  });
});

describe('messages that speak of tools', () => {
  const conversation = [QUESTION, CALLED, RESULT];
  const call = (id: string) => ({ id, type: 'function', function: { name: 'tide', arguments: CALL.arguments } });

  it.each<Dialect>(['groq', 'openai'])('go to %s as they are', async (dialect) => {
    expect((await sent(dialect, {}, { messages: conversation }))['messages']).toEqual([
      QUESTION,
      { role: 'assistant', content: null, tool_calls: [call(CALL.id)] },
      { role: 'tool', content: 'at noon', tool_call_id: CALL.id },
    ]);
  });

  it('have ids at Mistral as it wants them, the same in call and result', async () => {
    const { messages } = await sent('mistral', {}, { messages: conversation });
    const [, called, result] = messages as { tool_calls: { id: string }[]; tool_call_id: string }[];
    expect(result?.tool_call_id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(called?.tool_calls[0]?.id).toBe(result?.tool_call_id);
  });

  it("keep Mistral's own ids, and no id that others refuse", async () => {
    const of = (id: string): ChatMessage[] => [
      QUESTION,
      { role: 'assistant', content: '', toolCalls: [{ ...CALL, id }] },
      { role: 'tool', content: '', toolCallId: id },
    ];
    const idAt = async (dialect: Dialect, id: string) =>
      ((await sent(dialect, {}, { messages: of(id) }))['messages'] as { tool_call_id?: string }[])[2]?.tool_call_id;
    for (const dialect of ALL) expect(await idAt(dialect, 'a1B2c3D4e')).toBe('a1B2c3D4e');
    expect(await idAt('openai', 'x'.repeat(41))).toMatch(/^call_[A-Za-z0-9]{24}$/);
    expect(await idAt('groq', 'call:1/2')).toMatch(/^call_[A-Za-z0-9]{24}$/);
  });

  it('give DeepSeek back what it thought, or have it not think', async () => {
    const thought: ChatMessage = { ...CALLED, reasoning: 'I have to look.' };
    const remembered = await sent('deepseek', {}, { messages: [QUESTION, thought, RESULT] });
    expect(remembered['thinking']).toBeUndefined();
    expect(remembered['messages']).toMatchObject([{}, { reasoning_content: 'I have to look.' }, {}]);
    const forgotten = await sent('deepseek', {}, { messages: conversation });
    expect(forgotten['thinking']).toEqual({ type: 'disabled' });
  });

  it('give Groq back what it thought under its own name, Mistral and others nothing', async () => {
    const messages: ChatMessage[] = [QUESTION, { ...CALLED, reasoning: 'I have to look.' }, RESULT];
    const called = async (dialect: Dialect) => ((await sent(dialect, {}, { messages }))['messages'] as object[])[1];
    expect(await called('groq')).toMatchObject({ reasoning: 'I have to look.' });
    for (const dialect of ['mistral', 'openai'] as const)
      expect(Object.keys((await called(dialect)) ?? {})).toEqual(['role', 'content', 'tool_calls']);
  });

  it('let an assistant stand between results and a question at Mistral', async () => {
    const messages = [...conversation, { role: 'user' as const, content: 'And at Nantes?' }];
    const roles = async (dialect: Dialect) =>
      ((await sent(dialect, {}, { messages }))['messages'] as { role: string }[]).map(({ role }) => role);
    expect(await roles('mistral')).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(await roles('deepseek')).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  it.each(ALL)('are not made one at %s', async (dialect) => {
    const two: ChatMessage = {
      role: 'assistant',
      content: '',
      toolCalls: [CALL, { ...CALL, id: 'call_01_abcdefghij' }],
    };
    const messages = [QUESTION, two, RESULT, { ...RESULT, toolCallId: 'call_01_abcdefghij', content: '' }];
    expect((await sent(dialect, {}, { messages }))['messages']).toHaveLength(4);
  });
});

describe('images', () => {
  const parts = [
    { type: 'text' as const, text: 'What is it?' },
    { type: 'image' as const, url: 'data:image/png;base64,AAAA', detail: 'low' as const },
  ];
  const content = [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
  ];

  it.each(ALL)('go to %s as parts', async (dialect) => {
    const messages: ChatMessage[] = [{ role: 'user', content: 'What is it?', parts }];
    expect((await sent(dialect, {}, { messages }))['messages']).toEqual([{ role: 'user', content }]);
  });

  it.each(ALL)('are made one with the text before and after them at %s', async (dialect) => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'Look.' },
      { role: 'user', content: 'What is it?', parts },
      { role: 'user', content: 'Well?' },
    ];
    expect((await sent(dialect, {}, { messages }))['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Look.' }, ...content, { type: 'text', text: 'Well?' }] },
    ]);
  });
});
