import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCursor } from '../../src/chat/answer/cursor.js';
import { startApp, type RunningApp } from '../support/app.js';
import { allEvents, ask, events, joined, only } from '../support/events.js';

describe('POST /rr-chat/stream', () => {
  let service: RunningApp;
  let session = 0;
  const fresh = () => ({ session_id: `s${++session}` });

  beforeAll(async () => (service = await startApp()));
  beforeEach(() => service.simulator.clear());
  afterAll(() => service.close());

  it('streams provider, deltas, usage and done, each with a cursor and no event line', async () => {
    const response = await ask(service.url, { ...fresh(), message: 'echo: Grüße, 世界 👋' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const raw = await response.clone().text();
    expect(raw).not.toMatch(/^event:/m);
    expect(
      raw
        .trim()
        .split('\n\n')
        .every((block) => /^id: \d+\.\d+\.\d+\ndata: \{"type":/.test(block.trimStart())),
    ).toBe(true);
    const list = await allEvents(response);
    expect(list[0]).toMatchObject({ type: 'provider', reason: 'selected' });
    expect(joined(list)).toBe('Grüße, 世界 👋');
    expect(list.at(-1)).toMatchObject({
      type: 'done',
      finish_reason: 'stop',
      message_id: response.headers.get('x-answer-id'),
    });
    expect(list.every(({ cursor }) => parseCursor(cursor) !== undefined)).toBe(true);
  });

  it("reports the provider's own usage as accurate, once, before done", async () => {
    const list = await allEvents(await ask(service.url, { ...fresh(), message: 'echo: one two three' }));
    const usage = only(list, 'usage');
    expect(usage).toMatchObject({ accurate: true, tokens: usage.prompt_tokens + usage.completion_tokens });
    expect(list.at(-2)?.type).toBe('usage');
  });

  it('estimates usage where the provider reports none, and says so', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'usage', mode: 'absent' });
    const list = await allEvents(await ask(service.url, { ...fresh(), message: 'echo: The quick brown fox.' }));
    const usage = only(list, 'usage');
    expect(usage.accurate).toBe(false);
    expect(usage.completion_tokens).toBeGreaterThan(3);
  });

  it('rotates exactly under 300 parallel requests', async () => {
    const selected = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const body = { user_id: `u${index}`, message: 'echo: hi' };
        return only(await allEvents(await ask(service.url, body)), 'provider').provider;
      }),
    );
    const count = (name: string) => selected.filter((provider) => provider === name).length;
    expect([count('groq'), count('mistral'), count('deepseek')]).toEqual([100, 100, 100]);
  });

  it('asks only the pinned provider, with the model asked for', async () => {
    for (let i = 0; i < 3; i++) {
      const body = { ...fresh(), message: 'echo: hi', provider: 'mistral', model: 'mistral-large-latest' };
      const list = await allEvents(await ask(service.url, body));
      expect(only(list, 'provider')).toMatchObject({ provider: 'mistral', model: 'mistral-large-latest' });
    }
  });

  it('does not fail over from a pinned provider', async () => {
    await service.simulator.groq.fault({ kind: 'status', status: 500 });
    const list = await allEvents(await ask(service.url, { ...fresh(), message: 'echo: hi', provider: 'groq' }));
    expect(only(list, 'error').code).toBe('provider_unavailable');
    expect(list.filter(({ type }) => type === 'provider')).toHaveLength(1);
    expect(only(list, 'done').finish_reason).toBe('error');
  });

  it('sends the session so far as context, and the system prompt first', async () => {
    const where = { ...fresh(), provider: 'mistral' };
    await allEvents(await ask(service.url, { ...where, message: 'echo: My name is Rondo.' }));
    await allEvents(await ask(service.url, { ...where, message: 'And yours?', system_prompt: 'Be brief.' }));
    expect(service.simulator.mistral.requests().at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'echo: My name is Rondo.' },
        { role: 'assistant', content: 'My name is Rondo.' },
        { role: 'user', content: 'And yours?' },
      ],
    });
  });

  it('passes temperature on and caps max_tokens', async () => {
    const body = { ...fresh(), provider: 'mistral', message: 'echo: hi', temperature: 0.5, max_tokens: 9_999_999 };
    await allEvents(await ask(service.url, body));
    expect(service.simulator.mistral.requests().at(-1)?.body).toMatchObject({ temperature: 0.5, max_tokens: 4096 });
  });

  it('ends with length where the model ran out of tokens', async () => {
    const list = await allEvents(await ask(service.url, { ...fresh(), message: 'count to 500', max_tokens: 5 }));
    expect(only(list, 'done').finish_reason).toBe('length');
  });

  it('answers a second question while the first is read with 409 and its id', async () => {
    const where = { ...fresh(), provider: 'mistral' };
    await service.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 0, tokenMs: 20, times: 1 });
    const first = await ask(service.url, { ...where, message: 'count to 200' });
    const reader = events(first);
    while ((await reader.next()).value?.type !== 'delta');
    const second = await ask(service.url, { ...where, message: 'echo: hi' });
    expect(second.status).toBe(409);
    expect(second.headers.get('content-type')).toContain('application/problem+json');
    expect(await second.json()).toMatchObject({ code: 'answer_running', answer_id: first.headers.get('x-answer-id') });
    await reader.return(undefined);
  });

  it('stops the running answer where the second question supersedes it', async () => {
    const where = { ...fresh(), provider: 'mistral' };
    await service.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 0, tokenMs: 20, times: 1 });
    const first = events(await ask(service.url, { ...where, message: 'count to 200' }));
    while ((await first.next()).value?.type !== 'delta');
    const second = await ask(service.url, { ...where, message: 'echo: hi', supersede: true });
    expect(only(await Array.fromAsync(first), 'done').finish_reason).toBe('stopped');
    expect(joined(await allEvents(second))).toBe('hi');
  });
});

describe('questions that supersede each other', () => {
  it('are all answered or stopped, and none is refused', async () => {
    const service = await startApp({}, { pace: { firstTokenMs: 5, tokenMs: 5 } });
    try {
      const responses = await Promise.all(
        [1, 2, 3, 4, 5].map(() => ask(service.url, { message: 'count to 40', supersede: true })),
      );
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const ends = await Promise.all(
        responses.map(async (response) => only(await allEvents(response), 'done').finish_reason),
      );
      expect(ends.sort()).toEqual(['stop', 'stopped', 'stopped', 'stopped', 'stopped']);
    } finally {
      await service.close();
    }
  });
});

describe('POST /rr-chat', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({ CONTINUE_ANSWERS: 'false' })));
  afterAll(() => service.close());

  const reply = (body: Record<string, unknown>) =>
    fetch(`${service.url}/rr-chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'ada', session_id: 'json', message: 'echo: whole', ...body }),
    });

  it("gives the whole answer as one JSON with the provider's usage", async () => {
    const response = await reply({});
    expect(response.status).toBe(200);
    const body = (await response.json()) as { message: { id: string }; usage: unknown };
    expect(body).toMatchObject({
      message: { role: 'assistant', content: 'whole', status: 'complete', finish_reason: 'stop' },
      usage: { accurate: true, cost_usd: expect.any(Number) },
    });
    expect(body.message.id).toBe(response.headers.get('x-answer-id'));
  });

  it('answers a failure with a problem of the right status', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 500 });
    const response = await reply({ session_id: 'failed' });
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ code: 'all_providers_failed', status: 502 });
  });
});
