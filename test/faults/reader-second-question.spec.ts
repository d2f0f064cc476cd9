import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, history, readUntil } from '../support/conversations.js';
import { allEvents, ask, attach, events, joined, only } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { complete, user } from '../support/openai.js';
import { scrape } from '../support/scrape.js';

const LONG = { message: 'count to 2000' };

describe('a second question in a session whose answer is running', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({}, { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 20 } })));
  afterAll(() => service.close());

  const firstDelta = ({ type }: { type: string }) => type === 'delta';

  const hi = (session: object, more = {}) => ask(service.url, { ...session, message: 'echo: hi', ...more });
  /** Asks something long and reads its first words; the connection stays until `leave` is called. */
  const beginLong = async (session: object, more = {}) => {
    const leaving = new AbortController();
    const answer = await ask(service.url, { ...session, ...LONG, ...more }, { signal: leaving.signal });
    const reader = events(answer);
    for (let event = await reader.next(); event.value?.type !== 'delta'; event = await reader.next());
    const rest = Array.fromAsync(reader);
    rest.catch(() => undefined);
    return { id: answerIdOf(answer), rest, leave: () => leaving.abort() };
  };

  it('goes on at once where the reader has just left: that answer is stopped and kept', async () => {
    for (const more of [{}, { on_disconnect: 'cancel' }]) {
      const session = freshSession();
      const first = await beginLong(session, more);
      first.leave();
      expect(joined(await allEvents(await hi(session)))).toBe('hi');
      const [, left, , second] = await history(service.url, session);
      expect(left?.id).toBe(first.id);
      expect(left?.content).toMatch(/^1/);
      expect(['stopped', 'interrupted']).toContain(left?.status);
      expect(second).toMatchObject({ status: 'complete', content: 'hi' });
    }
  });

  it('goes on where it arrives before the notice that the reader left', async () => {
    const session = freshSession();
    const first = await beginLong(session);
    const second = hi(session);
    await eventually(async () => (await scrape(service.url, 'rondo_running_answers')) > 0);
    first.leave();
    expect(joined(await allEvents(await second))).toBe('hi');
  });

  it('goes on where the first was left before its headers came', async () => {
    const session = freshSession();
    const leaving = new AbortController();
    const first = ask(service.url, { ...session, ...LONG }, { signal: leaving.signal }).catch(() => undefined);
    await eventually(async () => (await scrape(service.url, 'rondo_running_answers')) > 0);
    leaving.abort();
    await first;
    // Both questions reach the provider as one: an answer that said nothing leaves no turn.
    const second = await hi(session);
    expect(second.status).toBe(200);
    await readUntil(second, firstDelta);
  });

  it('is refused while somebody reads the answer, whoever left it', async () => {
    const session = freshSession();
    const first = await beginLong(session);
    const watching = new AbortController();
    const watched = attach(service.url, first.id, undefined, watching.signal);
    await readUntil((await watched).clone(), firstDelta);
    first.leave();
    const second = await hi(session);
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: 'answer_running', answer_id: first.id });
    expect(await history(service.url, session)).toHaveLength(2);
    watching.abort();
  });

  it('is refused where the answer was to be finished, read or not', async () => {
    const session = freshSession();
    const first = await beginLong(session, { on_disconnect: 'finish' });
    first.leave();
    const second = await hi(session);
    expect([second.status, await second.json()]).toMatchObject([409, { answer_id: first.id }]);
    await allEvents(await hi(session, { supersede: true }));
    expect((await history(service.url, session)).map(({ status }) => status)).toContain('stopped');
  });

  it('that comes at the same moment as the first is refused: who asked first is about to read', async () => {
    const session = freshSession();
    const answers = await Promise.all([1, 2, 3].map(() => ask(service.url, { ...session, ...LONG })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    for (const { body } of answers) await body?.cancel();
  });

  it('goes on at the OpenAI door, too', async () => {
    const session = freshSession();
    const headers = { 'x-session-id': session.session_id };
    const leaving = new AbortController();
    const asking = { user: session.user_id, stream: true, messages: [user(LONG.message)] };
    const first = await complete(service.url, asking, headers, leaving.signal);
    await first.body?.getReader().read();
    leaving.abort();
    const second = await complete(service.url, { user: session.user_id, messages: [user('echo: hi')] }, headers);
    expect([second.status, await second.json()]).toMatchObject([200, { choices: [{ message: { content: 'hi' } }] }]);
  });

  it('lets only one of several that supersede it at once run', async () => {
    const session = freshSession();
    const first = await ask(service.url, { ...session, ...LONG });
    const reader = allEvents(first);
    // Else both questions would reach the provider as one: an answer that said nothing leaves no turn.
    await readUntil(await attach(service.url, answerIdOf(first)), firstDelta);
    const replies = await Promise.all(
      [1, 2, 3].map((n) => ask(service.url, { ...session, message: `echo: ${n}`, supersede: true })),
    );
    expect(only(await reader, 'done').finish_reason).toBe('stopped');
    const streams = await Promise.all(replies.filter(({ ok }) => ok).map(allEvents));
    for (const list of streams) expect(['stop', 'stopped']).toContain(only(list, 'done').finish_reason);
    for (const refused of replies.filter(({ ok }) => !ok)) expect(refused.status).toBe(409);
    const complete = streams.filter((list) => only(list, 'done').finish_reason === 'stop');
    expect(complete.length).toBeGreaterThanOrEqual(1);
    expect((await history(service.url, session)).filter(({ status }) => status === 'streaming')).toEqual([]);
  });
});
