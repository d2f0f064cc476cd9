import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, readUntil } from '../support/conversations.js';
import { allEvents, ask, attach, events, joined, only, type ReceivedEvent } from '../support/events.js';

const TEXT = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');

describe('a cursor', () => {
  let service: RunningApp;
  let answerId: string;
  let list: ReceivedEvent[];
  beforeAll(async () => {
    service = await startApp({}, { reasoning: 'always' });
    const asked = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT}` });
    answerId = answerIdOf(asked);
    list = await allEvents(asked);
  });
  beforeEach(() => service.simulator.configure({ pace: 'instant' }));
  afterAll(() => service.close());

  const typesFrom = async (cursor: string | undefined) =>
    (await allEvents(await attach(service.url, answerId, cursor))).map(({ type }) => type);

  it.each([
    'x',
    '1',
    '1.2',
    '1.2.3.4',
    '-1.0.0',
    '1e3.0.0',
    '0.0.0x',
    ' ',
    '٣.٠.٠',
    `${'9'.repeat(16)}.0.0`,
    '0.0.0,0.0.1',
  ])('%p, which no event has, is a 400 that names the field', async (cursor) => {
    const query = await fetch(`${service.url}/rr-chat/stream/${answerId}?last_event_id=${encodeURIComponent(cursor)}`);
    expect([query.status, query.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await query.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'last_event_id' }] });
    // What a header may not carry, no client can send.
    if (cursor.trim() === '' || /[^\x20-\x7e]/.test(cursor)) return;
    expect((await attach(service.url, answerId, cursor)).status).toBe(400);
  });

  it('that is missing or empty stands for the beginning', async () => {
    const whole = list.map(({ type }) => type);
    const from = (url: string, headers: Record<string, string>) => fetch(url, { headers }).then(allEvents);
    const url = `${service.url}/rr-chat/stream/${answerId}`;
    for (const replay of [
      await from(url, {}),
      await from(`${url}?last_event_id=`, {}),
      await from(url, { 'last-event-id': '' }),
    ]) {
      expect(joined(replay)).toBe(TEXT);
      expect(joined(replay, 'reasoning')).toBe(joined(list, 'reasoning'));
      expect(new Set(replay.map(({ type }) => type))).toEqual(new Set(whole));
    }
  });

  it('of done gives done again, and that of usage gives done', async () => {
    expect(await typesFrom(list.at(-1)?.cursor)).toEqual(['done']);
    expect(await typesFrom(list.at(-2)?.cursor)).toEqual(['done']);
  });

  it('beyond the end gives the closing events only', async () => {
    for (const cursor of ['0.999999.1', '999999.0.1', '999999999.999999999.999999999'])
      expect(await typesFrom(cursor)).toEqual(['usage', 'done']);
  });

  it('beyond the end of what is said so far gives nothing but the closing events, when they come', async () => {
    service.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 8 } });
    const asked = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT}` });
    await readUntil(await attach(service.url, answerIdOf(asked)), ({ type }) => type === 'delta');
    const replays = await Promise.all(
      ['0.999999.1', '999999.999999.999999'].map(async (cursor) =>
        allEvents(await attach(service.url, answerIdOf(asked), cursor)),
      ),
    );
    for (const replay of replays) expect(replay.map(({ type }) => type)).toEqual(['usage', 'done']);
    expect(joined(await allEvents(asked))).toBe(TEXT);
  });

  it('of another answer is only a position: it shows nothing of that answer, and nothing twice', async () => {
    const other = await ask(service.url, { ...freshSession(), message: 'echo: quite another text' });
    await allEvents(other);
    const cursor = list.find(({ type }) => type === 'delta')?.cursor;
    const replay = await allEvents(await attach(service.url, answerIdOf(other), cursor));
    expect('quite another text'.endsWith(joined(replay))).toBe(true);
    expect(only(replay, 'done').message_id).toBe(answerIdOf(other));
  });

  it('in the header goes before the one in the query, as a browser that reconnects sends both', async () => {
    const url = `${service.url}/rr-chat/stream/${answerId}?last_event_id=${list[0]?.cursor}`;
    const replay = await fetch(url, { headers: { 'last-event-id': String(list.at(-2)?.cursor) } }).then(allEvents);
    expect(replay.map(({ type }) => type)).toEqual(['done']);
  });

  it('anywhere in the text, inside an event too, goes on exactly there', async () => {
    const [reasoning] = String(list.find(({ type }) => type === 'delta')?.cursor).split('.');
    for (let at = 0; at <= TEXT.length; at += 7) {
      const replay = await allEvents(await attach(service.url, answerId, `${reasoning}.${at}.1`));
      expect(joined(replay)).toBe(TEXT.slice(at));
    }
  });
});

describe('attaching', () => {
  let service: RunningApp;
  beforeAll(
    async () => (service = await startApp({}, { reasoning: 'never', pace: { firstTokenMs: 300, tokenMs: 5 } })),
  );
  afterAll(() => service.close());

  it('to an answer that does not exist is a 404 that tells nothing', async () => {
    for (const id of ['A'.repeat(22), 'nobody', '..%2F..%2Fetc', '%00', '%F0%9F%8E%B5']) {
      const response = await attach(service.url, id);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
    }
  });

  it('to a question instead of its answer is a 404', async () => {
    const session = freshSession();
    await allEvents(await ask(service.url, { ...session, message: 'echo: hi' }));
    const page = await fetch(`${service.url}/history?user_id=${session.user_id}&session_id=${session.session_id}`);
    const { history } = (await page.json()) as { history: { id: string; role: string }[] };
    expect((await attach(service.url, String(history.find(({ role }) => role === 'user')?.id))).status).toBe(404);
  });

  it('before the first token waits for it, and is found by way of /sessions and /history', async () => {
    const session = freshSession();
    const asked = await ask(service.url, { ...session, message: `echo: ${TEXT}` });
    const sessions = (await fetch(`${service.url}/sessions?user_id=${session.user_id}`).then((r) => r.json())) as {
      sessions: { running_answer_id?: string }[];
    };
    expect(sessions.sessions[0]?.running_answer_id).toBe(answerIdOf(asked));
    const source = events(await attach(service.url, String(sessions.sessions[0]?.running_answer_id)));
    const replay = await Array.fromAsync(source);
    expect(joined(replay)).toBe(TEXT);
    expect(replay[0]?.type).toBe('provider');
  });
});
