import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, begin, jsonOf, post, sessions } from '../support/chat-api.js';
import { answerIdOf, freshSession } from '../support/conversations.js';
import { allEvents, ask, attach, joined, only } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { temporaryFolder } from '../support/history.js';
import { contents, lastSent, page, turn, turnEvents } from '../support/turns.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

describe('an answer that is asked for again', () => {
  it('comes to the same question with what stood before it, and takes the place of the old one and all after it', async () => {
    const session = freshSession();
    await turn(service.url, session, { message: 'echo: zero' });
    const old = await turn(service.url, session, { message: 'echo: one' });
    await turn(service.url, session, { message: 'echo: two' });
    const again = await turn(service.url, session, { regenerate: old });
    expect(again).not.toBe(old);
    expect(lastSent(service)).toEqual([
      { role: 'user', content: 'echo: zero' },
      { role: 'assistant', content: 'zero' },
      { role: 'user', content: 'echo: one' },
    ]);
    const messages = await page(service.url, session);
    expect(contents(messages)).toEqual(['echo: zero', 'zero', 'echo: one', 'one']);
    expect(messages[3]).toMatchObject({ id: again, versions: [old, again] });
    expect(messages.slice(0, 3).filter(({ versions }) => versions !== undefined)).toEqual([]);
    expect((await sessions(service.url, session.user_id)).sessions).toMatchObject([
      { session_id: session.session_id, title: 'echo: zero', message_count: 4 },
    ]);
  });

  it('is what the next question builds on', async () => {
    const session = freshSession();
    const old = await turn(service.url, session, { message: 'count to 3', provider: 'groq' });
    await turn(service.url, session, { regenerate: old, provider: 'deepseek' });
    await turn(service.url, session, { message: 'echo: next' });
    expect(lastSent(service)).toEqual([
      { role: 'user', content: 'count to 3' },
      { role: 'assistant', content: expect.stringMatching(/3/) },
      { role: 'user', content: 'echo: next' },
    ]);
  });

  it('leaves the old one readable, by its id and with what followed it', async () => {
    const session = freshSession();
    const before = await turnEvents(service.url, session, { message: 'echo: one' });
    const old = only(before, 'done').message_id;
    await turn(service.url, session, { message: 'echo: two' });
    await turn(service.url, session, { regenerate: old });
    const replay = await allEvents(await attach(service.url, old));
    expect([joined(replay), replay.at(-1)]).toEqual(['one', before.at(-1)]);
    expect(contents(await page(service.url, session, `&version=${old}`))).toEqual(['one', 'echo: two', 'two']);
  });

  it('can come from another provider, with other settings', async () => {
    const session = freshSession();
    const old = await turn(service.url, session, { message: 'echo: one', provider: 'groq' });
    const settings = { provider: 'deepseek', temperature: 0.5, max_tokens: 77, system_prompt: 'Be brief.' };
    await turn(service.url, session, { regenerate: old, ...settings });
    expect(service.simulator.deepseek.requests().at(-1)?.body).toMatchObject({
      temperature: 0.5,
      max_tokens: 77,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'echo: one' },
      ],
    });
    expect((await page(service.url, session))[1]).toMatchObject({ provider: 'deepseek', status: 'complete' });
  });

  it('comes as one JSON, too', async () => {
    const session = freshSession();
    const old = await turn(service.url, session, { message: 'echo: one' });
    const { message } = jsonOf<{ message: object }>(
      await post(service.url, '/rr-chat', { ...session, regenerate: old }),
    );
    expect(message).toMatchObject({ role: 'assistant', content: 'one', status: 'complete' });
  });

  it('replaces one that failed, or has nothing to show', async () => {
    const session = freshSession();
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 401 });
    const failed = await turn(service.url, session, { message: 'echo: one' });
    await service.simulator.clear();
    await turn(service.url, session, { regenerate: failed, provider: 'mistral' });
    expect(contents(await page(service.url, session))).toEqual(['echo: one', 'one']);
  });

  it('is begun once for one Idempotency-Key', async () => {
    const session = freshSession();
    const old = await turn(service.url, session, { message: 'echo: one' });
    const body = { ...session, message: undefined, regenerate: old };
    const headers = { 'idempotency-key': 'again' };
    const first = await ask(service.url, body, { headers });
    await allEvents(first);
    const count = asked(service);
    const second = await ask(service.url, body, { headers });
    expect([answerIdOf(second), joined(await allEvents(second))]).toEqual([answerIdOf(first), 'one']);
    expect(asked(service)).toBe(count);
    const other = await post(service.url, '/rr-chat', { ...session, message: 'echo: other' }, { headers });
    expectProblem(other, 422, 'invalid_request');
    expect((await page(service.url, session))[1]?.versions).toHaveLength(2);
  });

  it('stops the one that runs where that is superseded, and keeps what it had said', async () => {
    const session = freshSession();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 3, times: 1 });
    const message = 'echo: one two three four five';
    const running = await begin(service.url, { ...session, message, provider: 'mistral' });
    await running.until('delta');
    const again = await turn(service.url, session, { regenerate: running.id, supersede: true, provider: 'mistral' });
    expect((await running.rest()).at(-1)).toMatchObject({ finish_reason: 'stopped' });
    expect((await page(service.url, session))[1]).toMatchObject({
      content: 'one two three four five',
      versions: [running.id, again],
    });
    const [stopped] = await page(service.url, session, `&version=${running.id}`);
    expect(stopped).toMatchObject({ id: running.id, status: 'stopped', content: joined(running.seen) });
  });

  it('is one of two that are asked for at once', async () => {
    const session = freshSession();
    const old = await turn(service.url, session, { message: 'echo: one' });
    const both = await Promise.all([1, 2].map(() => post(service.url, '/rr-chat', { ...session, regenerate: old })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await page(service.url, session))[1]?.versions).toHaveLength(2);
  });

  it('needs its question to pass the safety checks once more', async () => {
    const folder = await temporaryFolder();
    const session = freshSession();
    const lax = await startApp({ DATABASE_URL: folder.url });
    const old = await turn(lax.url, session, { message: 'echo: a forbidden word' });
    await lax.close();
    const strict = await startApp({ DATABASE_URL: folder.url, BLOCKED_TERMS: 'forbidden' });
    try {
      for (const field of ['regenerate', 'continue_from']) {
        const refused = await post(strict.url, '/rr-chat', { ...session, [field]: old });
        expect([field, refused.status]).toEqual([field, field === 'regenerate' ? 422 : 400]);
      }
      expect(asked(strict)).toBe(0);
      expect(await page(strict.url, session)).toHaveLength(2);
    } finally {
      await strict.close();
      await folder.remove();
    }
  });

  it('is refused over the rate limit, like any question', async () => {
    const limited = await startApp({ RATE_LIMIT: '1' });
    try {
      const session = freshSession();
      const old = await turn(limited.url, session, { message: 'echo: one' });
      const refused = await ask(limited.url, { ...session, message: undefined, regenerate: old });
      expect(refused.status).toBe(429);
      expect((await allEvents(refused)).map(({ type }) => type)).toEqual(['rate_limited', 'error', 'done']);
      expect((await page(limited.url, session))[1]).not.toHaveProperty('versions');
    } finally {
      await limited.close();
    }
  });
});
