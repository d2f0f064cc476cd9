import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, history, sessions } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, only } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Answer } from '../support/http-app.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

async function talk(userId: string, sessionId: string, message = 'echo: hi'): Promise<void> {
  await allEvents(await ask(service.url, { user_id: userId, session_id: sessionId, message }));
}

function rename(userId: string, sessionId: string, title: string): Promise<Answer> {
  return call(`${service.url}/sessions/${sessionId}?user_id=${userId}`, { method: 'PATCH', json: { title } });
}

function remove(userId: string, sessionId: string): Promise<Answer> {
  return call(`${service.url}/sessions/${sessionId}?user_id=${userId}`, { method: 'DELETE' });
}

async function names(userId: string, more = ''): Promise<string[]> {
  return (await sessions(service.url, userId, more)).sessions.map(({ session_id }) => session_id);
}

describe('the list of sessions', () => {
  it('is empty for who never asked', async () => {
    expect(await sessions(service.url, 'nobody')).toEqual({ sessions: [], has_more: false });
  });

  it("names a session by its first question's first words, on one line", async () => {
    await talk('ada', 'titled', 'echo: What is\n\n  a   rondo?');
    await talk('ada', 'titled', 'echo: And what is a fugue?');
    await talk('ada', 'long', `echo: ${'many words '.repeat(50)}`);
    const [long, titled] = (await sessions(service.url, 'ada')).sessions;
    expect(titled).toEqual({
      session_id: 'titled',
      title: 'echo: What is a rondo?',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      message_count: 4,
    });
    expect(long?.title).toMatch(/^echo: many words .*…$/);
    expect(long?.title.length).toBeLessThanOrEqual(60);
  });

  it('has the one that changed last first, in pages', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await talk('pages', name);
    await talk('pages', 'b');
    expect(await names('pages')).toEqual(['b', 'e', 'd', 'c', 'a']);
    const page = await sessions(service.url, 'pages', '&limit=2');
    expect([page.sessions.map(({ session_id }) => session_id), page.has_more]).toEqual([['b', 'e'], true]);
    expect(await names('pages', '&limit=2&before=e')).toEqual(['d', 'c']);
    const last = await sessions(service.url, 'pages', '&limit=2&before=c');
    expect([last.sessions.map(({ session_id }) => session_id), last.has_more]).toEqual([['a'], false]);
  });

  it('tells which answer is running in a session, and not when it is over', async () => {
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const where = { user_id: 'runner', session_id: 'running', message: 'count to 50', provider: 'mistral' };
    const running = await begin(service.url, where);
    await running.until('delta');
    expect((await sessions(service.url, 'runner')).sessions[0]).toMatchObject({ running_answer_id: running.id });
    await call(`${service.url}/rr-chat/stream/${running.id}/stop`, { method: 'POST' });
    await running.rest();
    expect((await sessions(service.url, 'runner')).sessions[0]).not.toHaveProperty('running_answer_id');
  });

  it('holds the sessions of this user only', async () => {
    await talk('eve', 'of-eve');
    await talk('mallory', 'of-mallory');
    expect(await names('eve')).toEqual(['of-eve']);
    expect(await names('mallory', '&before=of-eve')).toEqual([]);
  });
});

describe('renaming a session', () => {
  it('changes its title for good, whatever is asked later', async () => {
    await talk('ada', 'renamed');
    expect((await rename('ada', 'renamed', "Fugues & rondos; DROP TABLE sessions; -- '👋")).status).toBe(204);
    await talk('ada', 'renamed', 'echo: again');
    expect((await sessions(service.url, 'ada')).sessions[0]?.title).toBe(
      "Fugues & rondos; DROP TABLE sessions; -- '👋",
    );
  });

  it("is 404 for an unknown session and another user's, which stays as it was", async () => {
    await talk('ada', 'of-ada');
    for (const answer of [await rename('ada', 'unknown', 'x'), await rename('bob', 'of-ada', 'x')])
      expectProblem(answer, 404, 'not_found');
    expect((await sessions(service.url, 'ada')).sessions[0]?.title).toBe('echo: hi');
    expect(await names('bob')).toEqual([]);
  });
});

describe('deleting a session', () => {
  it('deletes all its messages and nothing else', async () => {
    await talk('ada', 'deleted');
    await talk('ada', 'kept');
    await talk('bob', 'deleted');
    const answerId = (await history(service.url, 'ada', 'deleted')).history[1]?.id;
    expect((await remove('ada', 'deleted')).status).toBe(204);
    expect((await history(service.url, 'ada', 'deleted')).history).toEqual([]);
    expectProblem(await call(`${service.url}/rr-chat/stream/${answerId}`), 404, 'not_found');
    expect(await names('ada')).not.toContain('deleted');
    expect((await history(service.url, 'ada', 'kept')).history).toHaveLength(2);
    expect((await history(service.url, 'bob', 'deleted')).history).toHaveLength(2);
    expectProblem(await remove('ada', 'deleted'), 404, 'not_found');
  });

  it("is 404 for an unknown session and another user's, whose answer goes on", async () => {
    await service.simulator.mistral.fault({ kind: 'stall', forMs: 300, afterTokens: 2 });
    const where = { user_id: 'ada', session_id: 'busy', message: 'echo: one two three', provider: 'mistral' };
    const running = await begin(service.url, where);
    await running.until('delta');
    expectProblem(await remove('bob', 'busy'), 404, 'not_found');
    expectProblem(await remove('ada', 'unknown'), 404, 'not_found');
    expect(only(await running.rest(), 'done').finish_reason).toBe('stop');
  });

  it('stops its running answer, at the provider too, and leaves nothing of it behind', async () => {
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const where = { user_id: 'ada', session_id: 'cut', message: 'count to 50', provider: 'mistral' };
    const running = await begin(service.url, where);
    await running.until('delta');
    expect((await remove('ada', 'cut')).status).toBe(204);
    expect(only(await running.rest(), 'done').finish_reason).toBe('stopped');
    await eventually(() => service.simulator.mistral.running() === 0);
    expect((await history(service.url, 'ada', 'cut')).history).toEqual([]);
    expect(await names('ada')).not.toContain('cut');
    await service.simulator.clear();
    await talk('ada', 'cut', 'echo: anew');
    expect((await history(service.url, 'ada', 'cut')).history.map(({ content }) => content)).toEqual([
      'echo: anew',
      'anew',
    ]);
  });
});

describe('the id of an answer', () => {
  it('alone opens it; no other user finds it by asking for histories', async () => {
    await talk('ada', 'private', 'echo: for my eyes only');
    const id = (await history(service.url, 'ada', 'private')).history[1]?.id ?? '';
    expect(Buffer.from(id, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    for (const user of ['bob', 'ADA', 'ada2', 'ad'])
      expect((await history(service.url, user, 'private')).history).toEqual([]);
    for (const guess of [id.slice(0, -1), id.toLowerCase(), `${id.slice(0, -1)}_`, 'private', 'ada'])
      if (guess !== id) expectProblem(await call(`${service.url}/rr-chat/stream/${guess}`), 404, 'not_found');
  });

  it('of a question gives no answer', async () => {
    await talk('ada', 'question-id');
    const id = (await history(service.url, 'ada', 'question-id')).history[0]?.id;
    expectProblem(await call(`${service.url}/rr-chat/stream/${id}`), 404, 'not_found');
    expectProblem(await call(`${service.url}/rr-chat/stream/${id}/stop`, { method: 'POST' }), 404, 'not_found');
  });
});
