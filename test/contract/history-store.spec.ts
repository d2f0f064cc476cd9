import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  HistoryUnavailableError,
  IdempotencyKeyTakenError,
  type HistoryStore,
} from '../../src/history/history-store.js';
import { newId } from '../../src/wire/ids.js';
import { ADA, answerEnd, attempt, segment, turn } from '../support/history.js';
import { STORES, talk, type OpenedStore } from '../support/history-stores.js';

const ALL = { limit: 200 };

describe.each(STORES)('HistoryStore over %s', (_name, open) => {
  let opened: OpenedStore;
  let store: HistoryStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });

  afterEach(() => opened.close());

  it('has nothing to tell about a session that does not exist', async () => {
    expect(await store.messages(ADA, ALL)).toEqual({ messages: [], hasMore: false });
    expect(await store.sessions('ada', ALL)).toEqual({ sessions: [], hasMore: false });
    expect(await store.context(ADA, 50)).toEqual([]);
    expect(await store.findAnswer(newId())).toBeUndefined();
    expect(await store.renameSession(ADA, 'x')).toBe(false);
    expect(await store.deleteSession(ADA)).toBe(false);
  });

  it('shows the question and the running answer as soon as a turn is open', async () => {
    const { questionId, answerId } = turn({ at: 0 });
    await store.openTurn(turn({ questionId, answerId, at: Date.UTC(2026, 0, 2, 3, 4, 5, 6) }));
    const created_at = '2026-01-02T03:04:05.006Z';
    expect((await store.messages(ADA, ALL)).messages).toEqual([
      { id: questionId, role: 'user', content: 'What is a list?', created_at, status: 'complete' },
      { id: answerId, role: 'assistant', content: '', created_at, status: 'streaming' },
    ]);
    expect((await store.sessions('ada', ALL)).sessions).toEqual([
      {
        session_id: 'first',
        title: 'Lists',
        created_at,
        updated_at: created_at,
        message_count: 2,
        running_answer_id: answerId,
      },
    ]);
  });

  it('shows the text and reasoning that were appended so far, whatever their script', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    await store.append([segment(answerId, 0, 'hm', 'reasoning'), segment(answerId, 0, 'naïve 日本 ')]);
    await store.append([segment(answerId, 9, '🦀'), segment(answerId, 2, ' …', 'reasoning')]);
    await store.append([segment(answerId, 11, ' end')]);
    const { messages } = await store.messages(ADA, ALL);
    expect(messages[1]).toMatchObject({ status: 'streaming', content: 'naïve 日本 🦀 end', reasoning: 'hm …' });
    expect((await store.findAnswer(answerId))?.message).toEqual(messages[1]);
  });

  it('changes nothing when the same records are written twice', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    const records = [attempt(answerId), segment(answerId, 0, 'once')];
    await store.append(records);
    await store.append(records);
    expect((await store.findAnswer(answerId))?.message).toMatchObject({
      content: 'once',
      attempts: [{ provider: 'groq' }],
    });
    const end = answerEnd(answerId, 'once and whole');
    await store.append([...records, end]);
    await store.append([...records, end]);
    expect((await store.findAnswer(answerId))?.message).toMatchObject({
      content: 'once and whole',
      status: 'complete',
    });
  });

  it('adds what an answer used to its end, and changes nothing else of it', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    await store.append([
      attempt(answerId, { outcome: 'failed', code: 'provider_timeout', durationMs: 500 }),
      attempt(answerId, { n: 1, outcome: 'ok', durationMs: 300 }),
      answerEnd(answerId, 'whole'),
    ]);
    const before = (await store.findAnswer(answerId))?.message;
    expect(before).toMatchObject({ status: 'complete', content: 'whole' });
    const usage = { tokens: 30, prompt_tokens: 10, completion_tokens: 20, accurate: false };
    await store.append([
      {
        kind: 'answer-usage',
        answerId,
        usage: { ...usage, cost_usd: 0.5 },
        attempts: [attempt(answerId, { n: 1, usage }).attempt],
      },
    ]);
    const after = await store.findAnswer(answerId);
    expect(after?.costUsd).toBe(0.5);
    expect(after?.message).toEqual({
      ...before,
      ...usage,
      attempts: [before?.attempts?.[0], { ...before?.attempts?.[1], tokens: 30, accurate: false }],
    });
  });

  it('keeps everything the end of an answer tells', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    const usage = { tokens: 30, prompt_tokens: 10, completion_tokens: 20, accurate: false };
    const error = {
      message: 'All providers failed.',
      code: 'all_providers_failed',
      class: 'retryable',
      retryable: true,
    } as const;
    const second = {
      n: 1,
      provider: 'mistral',
      reason: 'failover',
      from: 'groq',
      fromCode: 'provider_timeout',
      startedAt: 1500,
    } as const;
    await store.append([
      attempt(answerId, { startedAt: 1000 }),
      segment(answerId, 0, 'to be replaced'),
      attempt(answerId, { startedAt: 1000, outcome: 'failed', code: 'provider_timeout', durationMs: 500.4 }),
      attempt(answerId, { ...second, outcome: 'running' }),
      attempt(answerId, {
        ...second,
        outcome: 'ok',
        usage: { ...usage, accurate: true },
        durationMs: 300,
        timeToFirstTokenMs: 41.6,
      }),
      answerEnd(answerId, 'whole', {
        status: 'failed',
        finishReason: 'error',
        reasoning: 'thought',
        provider: 'mistral',
        model: 'm-1',
        usage,
        error,
        timeToFirstTokenMs: 40,
        durationMs: 800,
      }),
    ]);
    const { messages } = await store.messages(ADA, ALL);
    expect(messages[1]).toEqual({
      id: answerId,
      role: 'assistant',
      content: 'whole',
      reasoning: 'thought',
      created_at: expect.stringMatching(/^20\d\d-.*Z$/),
      status: 'failed',
      finish_reason: 'error',
      provider: 'mistral',
      model: 'm-1',
      ...usage,
      error,
      time_to_first_token_ms: 40,
      duration_ms: 800,
      attempts: [
        {
          provider: 'groq',
          model: 'a-model',
          reason: 'selected',
          outcome: 'failed',
          code: 'provider_timeout',
          duration_ms: 500,
        },
        {
          provider: 'mistral',
          model: 'a-model',
          reason: 'failover',
          outcome: 'ok',
          tokens: 30,
          accurate: true,
          time_to_first_token_ms: 42,
          duration_ms: 300,
        },
      ],
    });
    expect((await store.findAnswer(answerId))?.attempts[1]).toMatchObject({
      n: 1,
      from: 'groq',
      fromCode: 'provider_timeout',
    });
    expect((await store.sessions('ada', ALL)).sessions[0]).not.toHaveProperty('running_answer_id');
  });

  it('drops records of answers that are deleted, without a word, and writes the others', async () => {
    const gone = turn({ sessionId: 'gone' });
    const kept = turn({ sessionId: 'kept' });
    await store.openTurn(gone);
    await store.openTurn(kept);
    await store.deleteSession({ userId: 'ada', sessionId: 'gone' });
    const late = attempt(gone.answerId, { outcome: 'ok' });
    await store.append([
      attempt(gone.answerId),
      segment(gone.answerId, 0, 'late'),
      late,
      segment(kept.answerId, 0, 'here'),
    ]);
    await store.append([answerEnd(gone.answerId, 'late')]);
    expect(await store.findAnswer(gone.answerId)).toBeUndefined();
    expect((await store.findAnswer(kept.answerId))?.message.content).toBe('here');
  });

  it('writes the pieces of thousands of answers in one go', async () => {
    const turns = Array.from({ length: 40 }, (_, n) => turn({ sessionId: `s${n}` }));
    for (const one of turns) await store.openTurn(one);
    const pieces = turns.flatMap(({ answerId }) =>
      Array.from({ length: 100 }, (_, n) => segment(answerId, 2 * n, `${n % 10}.`)),
    );
    await store.append(pieces);
    const whole = Array.from({ length: 100 }, (_, n) => `${n % 10}.`).join('');
    for (const { answerId } of turns) expect((await store.findAnswer(answerId))?.message.content).toBe(whole);
  });

  it('pages through 10,000 messages without a gap or a repetition', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5_000; n++) {
      const { questionId, answerId } = turn();
      await store.openTurn(turn({ questionId, answerId, question: `question ${n}`, at: 5_000 - n }));
      ids.push(questionId, answerId);
    }
    await store.append(ids.filter((_, n) => n % 2 === 1).map((answerId, n) => answerEnd(answerId, `answer ${n}`)));
    const seen: string[] = [];
    for (let before: string | undefined; ;) {
      const { messages, hasMore } = await store.messages(ADA, { limit: 173, ...(before ? { before } : {}) });
      seen.unshift(...messages.map((message) => message.id));
      if (!hasMore) break;
      before = messages[0]?.id;
    }
    expect(seen).toEqual(ids);
    expect((await store.sessions('ada', ALL)).sessions[0]?.message_count).toBe(10_000);
    expect(await store.context(ADA, 3)).toEqual([
      { role: 'assistant', content: 'answer 4998' },
      { role: 'user', content: 'question 4999' },
      { role: 'assistant', content: 'answer 4999' },
    ]);
  });

  it('ends a page before it has more than a megabyte of JSON, but gives at least one message', async () => {
    const texts = ['😀'.repeat(700_000), ...Array.from({ length: 10 }, (_, n) => `${n}${'\u0001'.repeat(60_000)}`)];
    for (const text of texts) await talk(store, { question: 'Say much.' }, text);
    const seen: string[] = [];
    for (let before: string | undefined, hasMore = true; hasMore;) {
      const page = await store.messages(ADA, { ...ALL, ...(before === undefined ? {} : { before }) });
      hasMore = page.hasMore;
      const bytes = Buffer.byteLength(JSON.stringify({ history: page.messages, has_more: hasMore }));
      if (page.messages.length > 1) expect(bytes).toBeLessThanOrEqual(1024 * 1024);
      seen.unshift(...page.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content));
      before = page.messages[0]?.id;
    }
    expect(seen.map((text) => text.length)).toEqual(texts.map((text) => text.length));
    expect(seen).toEqual(texts);
  });

  it('gives no more context than fits the window of any model, the latest first', async () => {
    for (let n = 0; n < 4; n++) await talk(store, { question: `${n}` }, '潮'.repeat(1024 * 1024));
    const context = await store.context(ADA, 50);
    expect(context.map(({ content }) => content.length)).toEqual([1, 1024 * 1024, 1, 1024 * 1024]);
  });

  it('gives nothing before a message that is unknown, or of another session', async () => {
    await talk(store);
    const other = await talk(store, { userId: 'bob' });
    for (const before of [newId(), other.answerId, "' OR 1=1 --"]) {
      expect(await store.messages(ADA, { limit: 50, before })).toEqual({ messages: [], hasMore: false });
    }
  });

  it('keeps users apart who chose the same session id', async () => {
    await talk(store, { question: "ada's" });
    await talk(store, { userId: 'bob', question: "bob's" });
    const bob = { userId: 'bob', sessionId: 'first' };
    expect((await store.messages(bob, ALL)).messages.map((message) => message.content)).toEqual([
      "bob's",
      'A list is a sequence.',
    ]);
    expect(await store.context(bob, 50)).toHaveLength(2);
    await store.renameSession(bob, 'Renamed');
    expect((await store.sessions('ada', ALL)).sessions).toMatchObject([{ session_id: 'first', title: 'Lists' }]);
    await store.deleteSession(bob);
    expect((await store.messages(ADA, ALL)).messages).toHaveLength(2);
  });

  it('leaves messages without text, and a limit of none, out of the context', async () => {
    await talk(store, { question: 'one' }, '');
    await store.openTurn(turn({ question: 'two' }));
    expect(await store.context(ADA, 50)).toEqual([
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
    ]);
    expect(await store.context(ADA, 1)).toEqual([{ role: 'user', content: 'two' }]);
    expect(await store.context(ADA, 0)).toEqual([]);
  });

  it('lists sessions by their latest question, also when the clock steps back', async () => {
    const hour = 3_600_000;
    await talk(store, { sessionId: 'a', at: 5 * hour });
    await talk(store, { sessionId: 'b', at: 4 * hour });
    await talk(store, { sessionId: 'c', at: 3 * hour });
    await talk(store, { sessionId: 'a', at: 2 * hour });
    const { sessions } = await store.sessions('ada', ALL);
    expect(sessions.map((session) => session.session_id)).toEqual(['a', 'c', 'b']);
    expect(sessions[0]).toMatchObject({ message_count: 4, title: 'Lists', created_at: '1970-01-01T05:00:00.000Z' });
    const first = await store.sessions('ada', { limit: 2 });
    expect(first).toMatchObject({ sessions: [{ session_id: 'a' }, { session_id: 'c' }], hasMore: true });
    expect(await store.sessions('ada', { limit: 2, before: 'c' })).toMatchObject({
      sessions: [{ session_id: 'b' }],
      hasMore: false,
    });
    expect(await store.sessions('ada', { limit: 2, before: 'nope' })).toEqual({ sessions: [], hasMore: false });
  });

  it('renames a session without moving it', async () => {
    await talk(store, { sessionId: 'old' });
    await talk(store, { sessionId: 'new' });
    expect(await store.renameSession({ userId: 'ada', sessionId: 'old' }, 'Étude "1"')).toBe(true);
    const { sessions } = await store.sessions('ada', ALL);
    expect(sessions.map(({ session_id, title }) => [session_id, title])).toEqual([
      ['new', 'Lists'],
      ['old', 'Étude "1"'],
    ]);
  });

  it('deletes a session with all that belongs to it', async () => {
    const { answerId, idempotency } = await talk(store, { idempotency: { key: 'k', fingerprint: 'f' } });
    expect(idempotency).toBeDefined();
    expect(await store.deleteSession(ADA)).toBe(true);
    expect(await store.findAnswer(answerId)).toBeUndefined();
    expect(await store.findByIdempotencyKey('ada', 'k')).toBeUndefined();
    expect(await store.sessions('ada', ALL)).toEqual({ sessions: [], hasMore: false });
    await talk(store);
    expect((await store.sessions('ada', ALL)).sessions).toMatchObject([{ message_count: 2 }]);
  });

  it('stores nothing of a turn whose id is taken', async () => {
    const first = await talk(store);
    await expect(store.openTurn(turn({ sessionId: 'other', answerId: first.answerId }))).rejects.toThrow();
    expect((await store.sessions('ada', ALL)).sessions).toHaveLength(1);
    await talk(store);
    expect((await store.messages(ADA, ALL)).messages).toHaveLength(4);
  });

  it('remembers for a day which answer a key began, per user', async () => {
    const mark = { key: 'same', fingerprint: 'body-1' };
    const { answerId } = await talk(store, { idempotency: mark });
    expect(await store.findByIdempotencyKey('ada', 'same')).toEqual({ answerId, fingerprint: 'body-1' });
    expect(await store.findByIdempotencyKey('bob', 'same')).toBeUndefined();
    await talk(store, { userId: 'bob', idempotency: mark });
    await expect(store.openTurn(turn({ idempotency: mark }))).rejects.toThrow(IdempotencyKeyTakenError);
    expect((await store.messages(ADA, ALL)).messages).toHaveLength(2);
  });

  it('forgets a key after a day', async () => {
    const mark = { key: 'old', fingerprint: 'body-1' };
    await talk(store, { idempotency: mark, at: Date.now() - 24 * 3_600_000 - 1 });
    expect(await store.findByIdempotencyKey('ada', 'old')).toBeUndefined();
    const { answerId } = await talk(store, { idempotency: { ...mark, fingerprint: 'body-2' } });
    expect(await store.findByIdempotencyKey('ada', 'old')).toEqual({ answerId, fingerprint: 'body-2' });
  });

  it('loses none of 200 turns that are opened at once', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => store.openTurn(turn({ sessionId: `s${n % 7}` }))));
    const { sessions } = await store.sessions('ada', ALL);
    expect(sessions.reduce((sum, session) => sum + session.message_count, 0)).toBe(400);
  });

  it('leaves its own running answers alone when it recovers those of others', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    expect(await store.recoverAbandoned()).toBe(0);
    expect((await store.findAnswer(answerId))?.message.status).toBe('streaming');
  });

  it('is unavailable, and says so, once it is closed', async () => {
    await store.ping();
    await opened.close();
    opened = await open();
    for (const call of [() => store.ping(), () => store.openTurn(turn()), () => store.messages(ADA, ALL)]) {
      await expect(call()).rejects.toThrow(HistoryUnavailableError);
    }
  });
});
