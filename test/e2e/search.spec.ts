import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SearchResult } from '../../src/wire/message.js';
import { startApp, type RunningApp } from '../support/app.js';
import { BAD_IDS } from '../support/bad-ids.js';
import { begin, jsonOf, problemOf } from '../support/chat-api.js';
import { freshSession } from '../support/conversations.js';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Answer } from '../support/http-app.js';
import { page, turn } from '../support/turns.js';

interface SearchPage {
  results: SearchResult[];
  has_more: boolean;
}

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

const get = (fields: Record<string, string>): Promise<Answer> =>
  call(`${service.url}/search?${new URLSearchParams(fields).toString()}`);

const search = async (userId: string, q: string, more: Record<string, string> = {}): Promise<SearchPage> =>
  jsonOf<SearchPage>(await get({ user_id: userId, q, ...more }));

describe('GET /search', () => {
  it('finds what a user and the providers said, in all sessions, newest first', async () => {
    const { user_id } = freshSession();
    const first = await turn(service.url, { user_id, session_id: 'first' }, { message: 'echo: Ebb and **flow**' });
    const second = await turn(service.url, { user_id, session_id: 'second' }, { message: 'echo: the flow of time' });
    const asked = (await page(service.url, { user_id, session_id: 'second' }))[0]?.id;
    const { results, has_more } = await search(user_id, 'FLOW');
    expect(has_more).toBe(false);
    expect(results.slice(0, 3)).toEqual([
      { session_id: 'second', message_id: second, title: 'echo: the flow of time', snippet: 'the flow of time' },
      { session_id: 'second', message_id: asked, title: 'echo: the flow of time', snippet: 'echo: the flow of time' },
      { session_id: 'first', message_id: first, title: 'echo: Ebb and **flow**', snippet: 'Ebb and **flow**' },
    ]);
    expect(results).toHaveLength(4);
    expect((await search(user_id, 'flow ebb')).results).toHaveLength(2);
    expect((await search(user_id, 'flow ebb time')).results).toEqual([]);
    expect((await search('nobody', 'flow')).results).toEqual([]);
  });

  it('finds a session by its new name, and not by its old one', async () => {
    const session = freshSession();
    const answer = await turn(service.url, session, { message: 'echo: hi' });
    const address = `${service.url}/sessions/${session.session_id}?user_id=${session.user_id}`;
    await call(address, { method: 'PATCH', json: { title: 'Étude no. 1' } });
    expect(await search(session.user_id, 'etude')).toEqual({
      results: [{ session_id: session.session_id, message_id: answer, title: 'Étude no. 1', snippet: 'hi' }],
      has_more: false,
    });
    await call(address, { method: 'PATCH', json: { title: 'Other' } });
    expect((await search(session.user_id, 'etude')).results).toEqual([]);
  });

  it('finds an answer once it has ended, however it ended', async () => {
    const session = freshSession();
    await service.simulator.groq.fault({ kind: 'stall', afterTokens: 4 });
    const running = await begin(service.url, { ...session, message: 'echo: the needle is here', provider: 'groq' });
    await running.until('delta');
    expect((await search(session.user_id, 'needle')).results).toHaveLength(1);
    await call(`${service.url}/rr-chat/stream/${running.id}/stop`, { method: 'POST' });
    await running.rest();
    expect((await search(session.user_id, 'needle')).results).toMatchObject([{ message_id: running.id }, {}]);
  });

  it('forgets what was replaced or deleted', async () => {
    const session = freshSession();
    await turn(service.url, session, { message: 'echo: needle' });
    const [question] = await page(service.url, session);
    await turn(service.url, session, { message: 'echo: pin', replaces: question?.id });
    expect((await search(session.user_id, 'needle')).results).toEqual([]);
    expect((await search(session.user_id, 'pin')).results).toHaveLength(2);
    await call(`${service.url}/sessions/${session.session_id}?user_id=${session.user_id}`, { method: 'DELETE' });
    expect((await search(session.user_id, 'pin')).results).toEqual([]);
  });

  it('gives 20 at a time, or as many as are asked for up to 50, and the rest in further pages', async () => {
    const session = freshSession();
    for (let n = 0; n < 15; n++) await turn(service.url, session, { message: `echo: needle ${n}` });
    const first = await search(session.user_id, 'needle');
    expect([first.results.length, first.has_more]).toEqual([20, true]);
    const rest = await search(session.user_id, 'needle', { before: String(first.results.at(-1)?.message_id) });
    expect([rest.results.length, rest.has_more]).toEqual([10, false]);
    const all = await search(session.user_id, 'needle', { limit: '50' });
    expect(all).toEqual({ results: [...first.results, ...rest.results], has_more: false });
  });

  it('takes anything that can be typed, and says what is wrong with the rest', async () => {
    for (const q of ['"', "'", '*', 'a OR', 'NEAR(a b)', 'text:x', '{a}', '^a', '%', '\\', 'a\0b', '\u{1f980}', '-a'])
      expect([q, (await get({ user_id: 'ada', q })).status]).toEqual([q, 200]);
    const wrong: [Record<string, string>, string][] = [
      [{ user_id: 'ada' }, 'q'],
      [{ user_id: 'ada', q: ' ' }, 'q'],
      [{ user_id: 'ada', q: 'x'.repeat(201) }, 'q'],
      [{ q: 'x' }, 'user_id'],
      [{ user_id: 'ada', q: 'x', limit: '51' }, 'limit'],
      [{ user_id: 'ada', q: 'x', limit: '0' }, 'limit'],
      [{ user_id: 'ada', q: 'x', limit: '1e1' }, 'limit'],
      [{ user_id: 'ada', q: 'x', before: '../x' }, 'before'],
      [{ user_id: 'ada', q: 'x', session_id: 'first' }, 'session_id'],
    ];
    for (const [fields, path] of wrong) {
      const answer = await get(fields);
      expectProblem(answer, 400, 'invalid_request');
      expect(problemOf(answer).errors?.map((error) => error.path)).toEqual([path]);
    }
    for (const q of ['q=a&q=b', 'q[]=a', 'q[x]=a'])
      expectProblem(await call(`${service.url}/search?user_id=ada&${q}`), 400, 'invalid_request');
  });

  it.each(BAD_IDS)('is refused where the user is %j', async (id) => {
    expectProblem(await get({ user_id: id, q: 'x' }), 400, 'invalid_request');
  });
});
