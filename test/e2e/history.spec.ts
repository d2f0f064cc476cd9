import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, history, jsonOf, post, type HistoryPage } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { call } from '../support/http-app.js';
import type { ErrorEvent } from '../../src/wire/answer-event.js';

const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

let service: RunningApp;
beforeAll(async () => (service = await startApp({ CONTINUE_ANSWERS: 'false' })));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

async function talk(userId: string, sessionId: string, ...messages: string[]): Promise<void> {
  for (const message of messages) {
    await allEvents(await ask(service.url, { user_id: userId, session_id: sessionId, message }));
  }
}

describe('a page of the history', () => {
  it('is empty for a session that nobody began', async () => {
    expect(await history(service.url, 'ada', 'nothing')).toEqual({ history: [], has_more: false });
  });

  it('is the same by GET and by POST, oldest message first', async () => {
    await talk('ada', 'order', 'echo: one', 'echo: two');
    const page = await history(service.url, 'ada', 'order');
    expect(page.history.map(({ role, content }) => `${role} ${content}`)).toEqual([
      'user echo: one',
      'assistant one',
      'user echo: two',
      'assistant two',
    ]);
    const posted = await post(service.url, '/history', { user_id: 'ada', session_id: 'order' });
    expect(jsonOf<HistoryPage>(posted)).toEqual(page);
  });

  it('holds the latest 50 unless limit says otherwise, and before leads through the rest without gap or double', async () => {
    for (let i = 0; i < 30; i++) await talk('ada', 'pages', `echo: ${i}`);
    const latest = await history(service.url, 'ada', 'pages');
    expect([latest.history.length, latest.has_more]).toEqual([50, true]);
    expect(latest.history.at(-1)?.content).toBe('29');
    const all = await history(service.url, 'ada', 'pages', '&limit=200');
    expect([all.history.length, all.has_more]).toEqual([60, false]);
    const walked: string[] = [];
    for (let before = '', more = true; more;) {
      const body = { user_id: 'ada', session_id: 'pages', limit: 7, ...(before === '' ? {} : { before }) };
      const page = jsonOf<HistoryPage>(await post(service.url, '/history', body));
      const query = `&limit=7${before === '' ? '' : `&before=${before}`}`;
      expect(await history(service.url, 'ada', 'pages', query)).toEqual(page);
      walked.unshift(...page.history.map(({ id }) => id));
      before = page.history[0]?.id ?? '';
      more = page.has_more;
    }
    expect(walked).toEqual(all.history.map(({ id }) => id));
  });

  it('is empty before a message of another session, another user, or nobody', async () => {
    await talk('ada', 'mine', 'echo: a');
    await talk('bob', 'mine', 'echo: b');
    const foreign = (await history(service.url, 'bob', 'mine')).history[1]?.id;
    for (const before of [foreign, 'no-such-message'])
      expect(await history(service.url, 'ada', 'mine', `&before=${before}`)).toEqual({ history: [], has_more: false });
  });

  it("never shows another user's messages, though the session has the same name", async () => {
    await talk('eve', 'shared', 'echo: mine alone');
    await talk('mallory', 'shared', 'echo: theirs');
    const page = await history(service.url, 'eve', 'shared');
    expect(page.history.map(({ content }) => content)).toEqual(['echo: mine alone', 'mine alone']);
  });

  it("does not send another user's messages to a provider either", async () => {
    await talk('carol', 'context', 'echo: the secret word is rondo');
    await talk('dave', 'context', 'echo: what was it?');
    const last = service.simulator.all.flatMap((provider) => provider.requests()).sort((a, b) => a.at - b.at);
    expect(last.at(-1)?.question).toContain('what was it?');
    expect(JSON.stringify(last.at(-1)?.body)).not.toContain('secret word');
  });
});

describe('a message', () => {
  it('of an answer has all that the contract names, and nothing that is empty', async () => {
    const list = await allEvents(await ask(service.url, { session_id: 'fields', message: 'echo: one two' }));
    const [question, answer] = (await history(service.url, 'ada', 'fields')).history;
    expect(question).toEqual({
      id: expect.stringMatching(/^[\w-]{22,}$/),
      role: 'user',
      content: 'echo: one two',
      created_at: expect.stringMatching(RFC_3339_UTC),
      status: 'complete',
    });
    const { provider, model } = only(list, 'provider');
    const { tokens, accurate, prompt_tokens, completion_tokens } = only(list, 'usage');
    expect(answer).toEqual({
      id: only(list, 'done').message_id,
      role: 'assistant',
      content: 'one two',
      created_at: expect.stringMatching(RFC_3339_UTC),
      status: 'complete',
      ...(joined(list, 'reasoning') === '' ? {} : { reasoning: joined(list, 'reasoning') }),
      provider,
      model,
      tokens,
      accurate,
      prompt_tokens,
      completion_tokens,
      finish_reason: 'stop',
      time_to_first_token_ms: expect.any(Number),
      duration_ms: expect.any(Number),
      attempts: [
        {
          provider,
          model,
          reason: 'selected',
          outcome: 'ok',
          tokens,
          accurate,
          time_to_first_token_ms: expect.any(Number),
          duration_ms: expect.any(Number),
        },
      ],
    });
    expect(accurate).toBe(true);
    expect(Math.abs(Date.parse(answer?.created_at ?? '') - Date.now())).toBeLessThan(60_000);
    expect(answer?.duration_ms).toBeGreaterThanOrEqual(answer?.time_to_first_token_ms ?? Infinity);
  });

  it('of POST /rr-chat is the one that the history shows', async () => {
    const answer = await post(service.url, '/rr-chat', { user_id: 'ada', session_id: 'same', message: 'echo: same' });
    const { message } = jsonOf<{ message: HistoryPage['history'][number] }>(answer);
    const stored = (await history(service.url, 'ada', 'same')).history[1];
    const timeless = (attempts = message.attempts) => attempts?.map(({ duration_ms: _, ...rest }) => rest);
    expect({ ...stored, attempts: timeless(stored?.attempts) }).toEqual({ ...message, attempts: timeless() });
  });

  it('keeps thinking text apart from the answer', async () => {
    const body = { session_id: 'thinking', message: 'Think: why is the sky blue?', provider: 'deepseek' };
    service.simulator.deepseek.configure({ reasoning: 'always' });
    const list = await allEvents(await ask(service.url, body));
    service.simulator.deepseek.configure({ reasoning: 'auto' });
    const stored = (await history(service.url, 'ada', 'thinking')).history[1];
    expect(joined(list, 'reasoning')).not.toBe('');
    expect([stored?.reasoning, stored?.content]).toEqual([joined(list, 'reasoning'), joined(list)]);
  });

  it('tells every attempt in order, with why it failed', async () => {
    const names = ['groq', 'mistral', 'deepseek'] as const;
    const first = await allEvents(await ask(service.url, { session_id: 'attempts', message: 'echo: which' }));
    const next = names[(names.indexOf(only(first, 'provider').provider as (typeof names)[number]) + 1) % 3] ?? 'groq';
    await service.simulator[next].fault({ kind: 'status', status: 422, times: 1 });
    const list = await allEvents(await ask(service.url, { session_id: 'attempts', message: 'echo: hi' }));
    const answer = (await history(service.url, 'ada', 'attempts')).history.at(-1);
    const shown = list.filter((event) => event.type === 'provider');
    expect(answer?.attempts).toMatchObject([
      { provider: next, outcome: 'failed', code: 'invalid_request' },
      { provider: shown[1]?.provider, outcome: 'ok', tokens: expect.any(Number), accurate: true },
    ]);
    expect(answer?.attempts?.[0]).not.toHaveProperty('tokens');
    expect(answer?.provider).toBe(shown[1]?.provider);
  });

  it('of an answer that failed says why, and keeps what was shown', async () => {
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 2 });
    const where = { session_id: 'failed', message: 'echo: one two three four five', provider: 'mistral' };
    const list = await allEvents(await ask(service.url, where));
    const answer = (await history(service.url, 'ada', 'failed')).history[1];
    const { type: _, cursor: __, ...error } = only(list, 'error') as ErrorEvent & { cursor: string };
    expect(answer).toMatchObject({ status: 'failed', finish_reason: 'error', content: joined(list), error });
    expect(answer?.content).not.toBe('');
    expect(answer?.attempts).toMatchObject([{ provider: 'mistral', outcome: 'failed', code: error.code }]);
  });

  it('that is being written is shown with the text so far', async () => {
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 5 });
    const where = { session_id: 'streaming', message: 'count to 100', provider: 'mistral' };
    const running = await begin(service.url, where);
    await running.until('delta');
    const message = await eventually(async () => {
      const last = (await history(service.url, 'ada', 'streaming')).history[1];
      return last !== undefined && last.content !== '' && last;
    });
    expect(message).toMatchObject({ id: running.id, role: 'assistant', status: 'streaming' });
    expect('1, 2, 3, 4, 5, 6'.startsWith(message.content)).toBe(true);
    expect(message).not.toHaveProperty('finish_reason');
    await call(`${service.url}/rr-chat/stream/${running.id}/stop`, { method: 'POST' });
    const list = await running.rest();
    expect(only(list, 'done').finish_reason).toBe('stopped');
    const stopped = (await history(service.url, 'ada', 'streaming')).history[1];
    expect(stopped).toMatchObject({ status: 'stopped', finish_reason: 'stopped', content: joined(list) });
  });
});
