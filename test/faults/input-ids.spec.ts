import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { BAD_IDS } from '../support/bad-ids.js';
import { history, post } from '../support/chat-api.js';
import { allEvents, ask } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { call } from '../support/http-app.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe('ids of a session', () => {
  it.each(BAD_IDS)('are refused everywhere where one is %j', async (id) => {
    const encoded = encodeURIComponent(id);
    const calls = [
      call(`${service.url}/history?user_id=${encoded}&session_id=x`),
      call(`${service.url}/history?user_id=ada&session_id=${encoded}`),
      post(service.url, '/history', { user_id: id, session_id: 'x' }),
      post(service.url, '/history', { user_id: 'ada', session_id: id }),
      call(`${service.url}/sessions?user_id=${encoded}`),
      call(`${service.url}/sessions?user_id=ada&before=${encoded}`),
      call(`${service.url}/sessions/x?user_id=${encoded}`, { method: 'DELETE' }),
      call(`${service.url}/sessions/x?user_id=${encoded}`, { method: 'PATCH', json: { title: 'x' } }),
    ];
    for (const answer of await Promise.all(calls)) expectProblem(answer, 400, 'invalid_request');
    // An empty segment, or dots, make another path of it.
    if (id.replaceAll('.', '') === '') return;
    for (const method of ['DELETE', 'PATCH'] as const) {
      const options = method === 'PATCH' ? { method, json: { title: 'x' } } : { method };
      expectProblem(await call(`${service.url}/sessions/${encoded}?user_id=ada`, options), 400, 'invalid_request');
    }
  });

  it('may hold every character that the contract allows', async () => {
    const id = 'aZ09._:@|+=~-';
    await allEvents(await ask(service.url, { user_id: id, session_id: id, message: 'echo: hi' }));
    expect((await history(service.url, id, id)).history).toHaveLength(2);
    const path = `${service.url}/sessions/${encodeURIComponent(id)}?user_id=${encodeURIComponent(id)}`;
    expect((await call(path, { method: 'DELETE' })).status).toBe(204);
  });
});
