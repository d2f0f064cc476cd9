import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, post, sessions } from '../support/chat-api.js';
import { freshSession } from '../support/conversations.js';
import { expectProblem } from '../support/expect-problem.js';
import { contents, lastSent, page, turn } from '../support/turns.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp({ BLOCKED_TERMS: 'forbidden' })));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

/** The id of the nth message that stands in a session. */
const idAt = async (session: ReturnType<typeof freshSession>, n: number) => (await page(service.url, session))[n]?.id;

describe('a question that replaces another', () => {
  it('stands in its place with its own answer; what stood there and after it is gone from context and history', async () => {
    const session = freshSession();
    await turn(service.url, session, { message: 'echo: zero' });
    await turn(service.url, session, { message: 'echo: one' });
    await turn(service.url, session, { message: 'echo: two' });
    const old = await idAt(session, 2);
    await turn(service.url, session, { message: 'echo: one, edited', replaces: old });
    expect(lastSent(service)).toEqual([
      { role: 'user', content: 'echo: zero' },
      { role: 'assistant', content: 'zero' },
      { role: 'user', content: 'echo: one, edited' },
    ]);
    const messages = await page(service.url, session);
    expect(contents(messages)).toEqual(['echo: zero', 'zero', 'echo: one, edited', 'one, edited']);
    expect(messages[2]?.versions).toEqual([old, messages[2]?.id]);
    expect(messages[3]).not.toHaveProperty('versions');
    expect(contents(await page(service.url, session, `&version=${String(old)}`))).toEqual([
      'echo: one',
      'one',
      'echo: two',
      'two',
    ]);
    expect((await sessions(service.url, session.user_id)).sessions[0]?.message_count).toBe(4);
  });

  it('gives the session its title where it is the first, and moves it to the top of the list', async () => {
    const session = freshSession();
    await turn(service.url, session, { message: 'echo: tides' });
    await turn(service.url, { ...session, session_id: 'other' }, { message: 'echo: other' });
    await turn(service.url, session, { message: 'echo: moons', replaces: await idAt(session, 0) });
    const list = (await sessions(service.url, session.user_id)).sessions;
    expect(list.map(({ session_id, title }) => [session_id, title])).toEqual([
      [session.session_id, 'echo: moons'],
      ['other', 'echo: other'],
    ]);
  });

  it('can replace one whose answer still runs, where that is superseded', async () => {
    const session = freshSession();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2, times: 1 });
    const running = await begin(service.url, { ...session, message: 'echo: one two three four', provider: 'mistral' });
    await running.until('delta');
    const old = await idAt(session, 0);
    await turn(service.url, session, { message: 'echo: five', replaces: old, supersede: true });
    expect((await running.rest()).at(-1)).toMatchObject({ finish_reason: 'stopped' });
    expect(contents(await page(service.url, session))).toEqual(['echo: five', 'five']);
    const [, stopped] = await page(service.url, session, `&version=${String(old)}`);
    expect(stopped).toMatchObject({ id: running.id, status: 'stopped' });
  });

  it('has to pass the safety checks; one that does not changes nothing', async () => {
    const session = freshSession();
    await turn(service.url, session, { message: 'echo: one' });
    const replaces = await idAt(session, 0);
    const refused = await post(service.url, '/rr-chat', { ...session, message: 'forbidden', replaces });
    expectProblem(refused, 422, 'content_rejected');
    expect(contents(await page(service.url, session))).toEqual(['echo: one', 'one']);
  });

  it('leaves with its session', async () => {
    const session = freshSession();
    const answer = await turn(service.url, session, { message: 'echo: one' });
    await turn(service.url, session, { message: 'echo: two', replaces: await idAt(session, 0) });
    const address = `${service.url}/sessions/${session.session_id}?user_id=${session.user_id}`;
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${service.url}/rr-chat/stream/${answer}`)).status).toBe(404);
    expect(await page(service.url, session)).toEqual([]);
  });
});
