import { describe, expect, it } from '@jest/globals';
import { ask, askRaw, chunksOf, finishesOf, reasoningOf, textOf, useSimulator } from '../../support/simulator.js';
import type { FaultSpec } from '../../../simulator/provider-simulator.js';

const NAMES = ['groq', 'mistral', 'deepseek'] as const;
const QUESTION = 'echo: one two three four five six seven eight';

const simulator = useSimulator({ pace: 'instant', reasoning: 'never' });

/** Everything a provider says under one fault. */
async function under(name: (typeof NAMES)[number], spec: FaultSpec): Promise<string> {
  await simulator[name].fault(spec);
  return (await ask(simulator[name], QUESTION)).body;
}

describe.each(NAMES)('a stream of %s', (name) => {
  it('can be truncated after every number of tokens, without any word of an end', async () => {
    const words = QUESTION.slice('echo: '.length).split(/(?= )/);
    for (let count = 0; count <= words.length + 1; count++) {
      const body = await under(name, { kind: 'truncate', afterTokens: count, times: 1 });
      expect(textOf(body)).toBe(words.slice(0, count).join(''));
      expect(finishesOf(body)).toEqual([]);
      expect(body).not.toContain('[DONE]');
    }
  });

  it('can break off within the reasoning', async () => {
    simulator.configure({ reasoning: 'always' });
    const body = await under(name, { kind: 'truncate', afterReasoning: 4 });
    expect(reasoningOf(body)).toBe('The user asks:');
    expect(textOf(body)).toBe('');
  });

  it('can end with any finish reason, keeping its usage', async () => {
    const body = await under(name, { kind: 'finish', reason: 'insufficient_system_resource', afterTokens: 2 });
    expect(textOf(body)).toBe('one two');
    expect(finishesOf(body)).toEqual(['insufficient_system_resource']);
    expect(chunksOf(body).at(-1)).toHaveProperty('usage.total_tokens');
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('can carry an error inside a chunk, followed by [DONE]', async () => {
    const body = await under(name, { kind: 'error-in-chunk', afterTokens: 2, message: 'Upstream died' });
    expect(textOf(body)).toBe('one two');
    expect(chunksOf(body).at(-1)).toMatchObject({
      error: { message: 'Upstream died' },
      choices: [{ finish_reason: 'error' }],
    });
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('can carry an error as a field without data, then end', async () => {
    const body = await under(name, { kind: 'error-field', afterTokens: 2 });
    const last = body.trimEnd().split('\n\n').at(-1) ?? '';
    expect(last).toMatch(/^error: \{"error":\{"code":500,/);
    expect(body).not.toContain('[DONE]');
  });

  it('can stop with x_groq.error', async () => {
    const body = await under(name, { kind: 'x-groq-error', afterTokens: 1, message: 'over_capacity' });
    expect(chunksOf(body).at(-1)).toHaveProperty('x_groq.error', 'over_capacity');
    expect(finishesOf(body)).toEqual([]);
  });

  it('can say [DONE] without a finish reason, or a finish reason without [DONE]', async () => {
    const done = await under(name, { kind: 'done-without-finish', times: 1 });
    expect([textOf(done), finishesOf(done), done.includes('[DONE]')]).toEqual([QUESTION.slice(6), [], true]);
    const finish = await under(name, { kind: 'finish-without-done', times: 1 });
    expect([textOf(finish), finishesOf(finish), finish.includes('[DONE]')]).toEqual([
      QUESTION.slice(6),
      ['stop'],
      false,
    ]);
  });

  it('can go on after [DONE]', async () => {
    const body = await under(name, { kind: 'text-after-done', text: ' MORE' });
    expect(textOf(body)).toBe(`${QUESTION.slice(6)} MORE`);
    expect(body.indexOf('[DONE]')).toBeLessThan(body.indexOf('MORE'));
  });

  it('can end in a tool call of the provider’s shape', async () => {
    const body = await under(name, { kind: 'tool-call', afterTokens: 0 });
    expect(finishesOf(body)).toEqual(['tool_calls']);
    const calls = [...body.matchAll(/"tool_calls":\[/g)].length;
    expect(calls).toBe(name === 'deepseek' ? 8 : 1);
  });

  it('can be reset before or after the headers, in the middle of an event, and after the last one', async () => {
    await simulator[name].fault({ kind: 'reset', at: 'before-headers', times: 1 });
    expect(await askRaw(simulator[name], QUESTION)).toEqual({ bytes: '', end: 'reset' });

    await simulator[name].fault({ kind: 'reset', at: 'after-headers', times: 1 });
    const headers = await askRaw(simulator[name], QUESTION);
    expect(headers.end).toBe('reset');
    expect(headers.bytes).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);

    await simulator[name].fault({ kind: 'reset', at: 'mid-event', afterTokens: 2, times: 1 });
    const middle = await askRaw(simulator[name], QUESTION);
    expect(middle.end).toBe('reset');
    expect(middle.bytes.trimEnd()).not.toMatch(/\}$/);
    expect(middle.bytes).not.toContain('three');

    await simulator[name].fault({ kind: 'reset', at: 'after-last-event', times: 1 });
    const last = await askRaw(simulator[name], QUESTION);
    expect(last.end).toBe('reset');
    expect(last.bytes).toMatch(/data: \[DONE\]\n\n\r\n$/);
  });

  it('can be broken at an exact byte, by a reset or by a silent close', async () => {
    await simulator[name].fault({ kind: 'framing', gzip: false });
    await simulator[name].fault({ kind: 'reset', at: 'byte', byte: 77, how: 'fin' });
    const { bytes, end } = await askRaw(simulator[name], QUESTION);
    expect(end).toBe('fin');
    expect(bytes).not.toMatch(/\r\n0\r\n\r\n$/);
    const chunks = bytes.slice(bytes.indexOf('\r\n\r\n') + 4);
    const body = chunks.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '').replace(/\r\n$/, '');
    expect(body).toHaveLength(77);
  });
});

describe('an error event', () => {
  it('has Groq’s shape, with the status in the error', async () => {
    const body = await under('groq', {
      kind: 'error-event',
      afterTokens: 1,
      status: 400,
      message: 'No tool was called',
    });
    const [event, data = ''] = body.trimEnd().split('\n').slice(-2);
    expect(event).toBe('event: error');
    expect(JSON.parse(data.slice(6))).toMatchObject({ error: { message: 'No tool was called', status_code: 400 } });
    expect(body).not.toContain('[DONE]');
  });

  it('may come before any text and without a status', async () => {
    const body = await under('groq', { kind: 'error-event', afterTokens: 0 });
    expect(textOf(body)).toBe('');
    expect(body).toContain('event: error\ndata: {"error":{');
    expect(body).not.toContain('status_code');
  });

  it('has the shape of their HTTP errors for Mistral and DeepSeek', async () => {
    const mistral = await under('mistral', { kind: 'error-event', status: 503 });
    expect(chunksOf(mistral).at(-1)).toMatchObject({ object: 'error', code: '1000', raw_status_code: 503 });
    const deepseek = await under('deepseek', { kind: 'error-event' });
    expect(chunksOf(deepseek).at(-1)).toMatchObject({ error: { type: 'service_unavailable_error', param: null } });
  });
});
