import { describe, expect, it } from '@jest/globals';
import { ask, chunksOf, deltasOf, finishesOf, reasoningOf, textOf, useSimulator } from '../../support/simulator.js';

const simulator = useSimulator({ pace: 'instant' });

describe('every simulated provider', () => {
  it.each(['groq', 'mistral', 'deepseek'] as const)(
    '%s streams exactly the text asked for and ends properly',
    async (name) => {
      const text = 'Grüße, 世界 👩‍🚀 — "quoted"\n\n```js\nlet a = 1;\n```\n';
      const { status, headers, body } = await ask(simulator[name], `echo: ${text}`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(textOf(body)).toBe(text);
      expect(finishesOf(body)).toEqual(['stop']);
      expect(body.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
      expect(body).not.toContain('\r');
    },
  );

  it.each(['groq', 'mistral', 'deepseek'] as const)('%s stops at the token limit and says so', async (name) => {
    const limit = { max_tokens: 5, reasoning_effort: 'none', thinking: { type: 'disabled' } };
    const { thinking, ...others } = limit;
    const fields = name === 'deepseek' ? { max_tokens: 5, thinking } : others;
    const { body } = await ask(simulator[name], 'count to 50', fields);
    expect(textOf(body)).toBe('1, 2, 3');
    expect(finishesOf(body)).toEqual(['length']);
  });

  it.each(['groq', 'mistral', 'deepseek'] as const)(
    '%s answers a request that does not stream with one JSON',
    async (name) => {
      const { headers, body } = await ask(simulator[name], 'echo: whole', { stream: false });
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      const completion = JSON.parse(body) as {
        object: string;
        choices: { message: { content: string }; finish_reason: string }[];
        usage: Record<string, number>;
      };
      expect(completion.object).toBe('chat.completion');
      expect(completion.choices[0]?.message.content).toBe('whole');
      expect(completion.choices[0]?.finish_reason).toBe('stop');
      const { prompt_tokens: prompt = 0, completion_tokens: completed = 0, total_tokens: total } = completion.usage;
      expect(prompt).toBeGreaterThan(0);
      expect(prompt + completed).toBe(total);
    },
  );

  it('paces its tokens when asked to', async () => {
    simulator.groq.configure({ pace: { firstTokenMs: 60, tokenMs: 10 } });
    const before = Date.now();
    await ask(simulator.groq, 'count to 10', { include_reasoning: false });
    simulator.groq.configure({ pace: 'instant' });
    expect(Date.now() - before).toBeGreaterThanOrEqual(200);
  });
});

describe('simulated Groq', () => {
  it('has x_groq on the first and last chunk and its usage twice in the last', async () => {
    const chunks = chunksOf((await ask(simulator.groq, 'echo: a b c')).body);
    const [first, last] = [chunks[0] ?? {}, chunks.at(-1) ?? {}];
    expect(Object.keys(first)).toEqual(['id', 'object', 'created', 'model', 'system_fingerprint', 'choices', 'x_groq']);
    expect(first.choices).toEqual([
      { index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
    ]);
    expect(first.x_groq).toEqual({ id: expect.stringMatching(/^req_01k/), seed: expect.any(Number) });
    expect(last.choices).toEqual([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]);
    const { usage } = last.x_groq as { usage: Record<string, unknown> };
    expect(usage).toEqual(last.usage);
    expect(usage).toMatchObject({ completion_tokens_details: { reasoning_tokens: expect.any(Number) } });
    expect(first.id).toMatch(/^chatcmpl-[0-9a-f-]{36}$/);
  });

  it('reasons in delta.reasoning on the analysis channel, and not when asked not to', async () => {
    const thinking = (await ask(simulator.groq, 'hello')).body;
    expect(reasoningOf(thinking)).toContain('The user asks: "hello"');
    expect(deltasOf(thinking).filter((delta) => delta.reasoning !== undefined)).toContainEqual({
      reasoning: 'The',
      channel: 'analysis',
    });
    expect(reasoningOf((await ask(simulator.groq, 'hello', { include_reasoning: false })).body)).toBe('');
    const raw = (await ask(simulator.groq, 'hello', { model: 'qwen/qwen3-32b' })).body;
    expect(textOf(raw)).toMatch(/^<think>\n[^]+\n<\/think>\n\n/);
  });

  it('repeats the usage in a chunk without choices when include_usage is set', async () => {
    const { body } = await ask(simulator.groq, 'echo: a', { stream_options: { include_usage: true } });
    const [closing, extra] = chunksOf(body).slice(-2);
    expect(extra?.choices).toEqual([]);
    expect(extra?.usage).toEqual(closing?.usage);
  });

  it('sends its rate limit headers on streams', async () => {
    const { headers } = await ask(simulator.groq, 'echo: a');
    expect(headers.get('x-ratelimit-limit-requests')).toBe('14400');
    expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+(\.\d+)?m?s$/);
    expect(headers.get('x-groq-region')).not.toBeNull();
  });
});

describe('simulated Mistral', () => {
  it('pads every chunk but the first and puts usage into the closing one, sometimes with text', async () => {
    const closings = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(async (letter) => {
        const chunks = chunksOf((await ask(simulator.mistral, `echo: some more words ${letter}`)).body);
        expect(chunks[0]).not.toHaveProperty('p');
        expect(chunks.slice(1).every((chunk) => /^abcd[a-z0-9]*$/.test(String(chunk.p)))).toBe(true);
        expect(chunks.slice(0, -1).some((chunk) => 'usage' in chunk)).toBe(false);
        expect(Object.keys(chunks.at(-1) ?? {})).toEqual(['id', 'object', 'created', 'model', 'choices', 'usage', 'p']);
        const [choice] = chunks.at(-1)?.choices as [{ delta: { content: string }; finish_reason: string }];
        return choice.delta.content;
      }),
    );
    expect(closings).toContain('');
    expect(closings.some((text) => text !== '')).toBe(true);
  });

  it('thinks in content parts, with one chunk that holds thought and text', async () => {
    const { body } = await ask(simulator.mistral, 'echo: the answer', { reasoning_effort: 'high' });
    expect(reasoningOf(body)).toContain('The user asks');
    expect(textOf(body)).toBe('the answer');
    const mixed = deltasOf(body).filter(({ content }) => Array.isArray(content) && content.length === 2);
    expect(mixed).toHaveLength(1);
    expect(reasoningOf((await ask(simulator.mistral, 'echo: the answer')).body)).toBe('');
  });
});

describe('simulated DeepSeek', () => {
  it('thinks unless told not to, with the other field null', async () => {
    const { body } = await ask(simulator.deepseek, 'echo: yes no');
    expect(deltasOf(body)[0]).toEqual({ role: 'assistant', content: null, reasoning_content: '' });
    expect(deltasOf(body)[1]).toEqual({ content: null, reasoning_content: 'The' });
    expect(deltasOf(body).at(-2)).toEqual({ content: ' no', reasoning_content: null });
    const off = await ask(simulator.deepseek, 'echo: yes no', { thinking: { type: 'disabled' } });
    expect(deltasOf(off.body)).toEqual([
      { role: 'assistant', content: '' },
      { content: 'yes' },
      { content: ' no' },
      { content: '' },
    ]);
  });

  it('has its usage on the closing chunk, and usage:null on the others only when asked', async () => {
    const asked = chunksOf(
      (await ask(simulator.deepseek, 'echo: a', { stream_options: { include_usage: true } })).body,
    );
    expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(asked.at(-1)?.usage).toMatchObject({ prompt_cache_hit_tokens: 0, total_tokens: expect.any(Number) });
    const plain = chunksOf((await ask(simulator.deepseek, 'echo: a')).body);
    expect(plain.slice(0, -1).some((chunk) => 'usage' in chunk)).toBe(false);
    expect(plain.at(-1)).toHaveProperty('usage.completion_tokens_details.reasoning_tokens');
  });

  it('sends keep-alive comments before the first token and no rate limit headers', async () => {
    simulator.deepseek.configure({ pace: { firstTokenMs: 600, tokenMs: 0 } });
    const { body, headers } = await ask(simulator.deepseek, 'echo: late');
    simulator.deepseek.configure({ pace: 'instant' });
    expect(body.slice(0, body.indexOf('data:'))).toBe(': keep-alive\n\n'.repeat(3));
    expect([...headers.keys()].some((name) => name.includes('ratelimit'))).toBe(false);
  });

  it('answers on all of its three addresses', async () => {
    for (const path of ['/chat/completions', '/v1/chat/completions', '/beta/chat/completions']) {
      const { status, body } = await ask(simulator.deepseek, 'echo: here', {}, simulator.deepseek.url + path);
      expect([status, textOf(body)]).toEqual([200, 'here']);
    }
  });
});
