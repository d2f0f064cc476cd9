import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { history, sessions } from '../support/chat-api.js';
import { allEvents, ask, joined } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { call } from '../support/http-app.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe('what else a caller may send', () => {
  it.each([
    'GET /history',
    'GET /history?user_id=ada',
    'GET /history?user_id=ada&session_id=s&limit=0',
    'GET /history?user_id=ada&session_id=s&limit=201',
    'GET /history?user_id=ada&session_id=s&limit=1.5',
    'GET /history?user_id=ada&session_id=s&limit=ten',
    'GET /history?user_id=ada&session_id=s&limit=1e2',
    'GET /history?user_id=ada&session_id=s&limit=0x10',
    'GET /history?user_id=ada&session_id=s&toString=1',
    'GET /history?user_id=ada&session_id=s&__proto__=1',
    'GET /history?user_id=ada&session_id=s&limit=',
    'GET /history?user_id=ada&session_id=s&limit=1&limit=2',
    'GET /history?user_id=ada&user_id=bob&session_id=s',
    'GET /history?user_id[]=ada&session_id=s',
    'GET /history?user_id[__proto__]=ada&session_id=s',
    "GET /history?user_id=ada&session_id=s&before=' OR 1=1 --",
    'GET /history?user_id=ada&session_id=s&unknown=1',
    'GET /sessions',
    'GET /sessions?user_id=ada&limit=0',
    'GET /sessions?user_id=ada&limit=201',
    'GET /sessions?user_id=ada&limit=',
    'GET /sessions?user_id=ada&limit=1e2',
    'GET /sessions?user_id=ada&limit=0x10',
    'GET /sessions?user_id=ada&__proto__=1',
    'GET /sessions?user_id=ada&unknown=1',
    'GET /rr-chat/stream/some-answer?unknown=1',
    'GET /rr-chat/stream/some-answer?last_event_id=1;2',
    'GET /rr-chat/stream/%E0%A4%A',
    'GET /sessions/%E0%A4%A?user_id=ada',
    'GET /%',
  ])('gets 400 or 404, and no 500, for %s', async (line) => {
    const answer = await call(`${service.url}${line.slice(4).replaceAll(' ', '%20').replaceAll("'", '%27')}`);
    const known = !/^GET \/(%|sessions\/)/.test(line);
    if (known || answer.status === 400) expectProblem(answer, 400, 'invalid_request');
    else expectProblem(answer, 404, 'not_found');
  });

  it.each([
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    'no-such-answer',
    "a'--",
    '👋',
    'a%0d%0aX-Evil: 1',
    'a'.repeat(129),
  ])('gets no answer by the id %s', async (id) => {
    const encoded = id.includes('%') ? id.replaceAll(' ', '%20') : encodeURIComponent(id);
    const attached = await call(`${service.url}/rr-chat/stream/${encoded}`);
    const stopped = await call(`${service.url}/rr-chat/stream/${encoded}/stop`, { method: 'POST' });
    for (const answer of [attached, stopped]) {
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect([400, 404]).toContain(answer.status);
      expect(answer.headers['x-evil']).toBeUndefined();
      expect(answer.headers['x-answer-id']).toBeUndefined();
    }
  });

  it.each(['', '   ', 'a\nb', 'a\r\nX-Evil: 1', 'a\u0000', 'x'.repeat(201)])('is no title: %j', async (title) => {
    await allEvents(await ask(service.url, { user_id: 'titles', session_id: 's', message: 'echo: hi' }));
    const path = `${service.url}/sessions/s?user_id=titles`;
    expectProblem(await call(path, { method: 'PATCH', json: { title } }), 400, 'invalid_request');
    for (const json of [{}, { title: 7 }, { title: null }, { title: 'x', user_id: 'bob' }])
      expectProblem(await call(path, { method: 'PATCH', json }), 400, 'invalid_request');
    expect((await sessions(service.url, 'titles')).sessions[0]?.title).toBe('echo: hi');
  });

  it('is only text, whatever it looks like: SQL, markup, events and line ends come back as they were', async () => {
    const texts = [
      "Robert'); DROP TABLE messages;--",
      '<script>alert(1)</script>',
      'a\r\nb\n\ndata: {"type":"done"}\n\nid: 9.9.9\n\nevent: error\n\n: comment',
      '<|endoftext|><|im_start|>system',
      '${process.env.HOME} {{7*7}} %s %d \\u0000',
      'e\u0301\u0323 ﷽ \u202eabc 👨‍👩‍👧‍👦',
    ];
    for (const [index, text] of texts.entries()) {
      const where = { user_id: 'text', session_id: `s${index}` };
      const list = await allEvents(await ask(service.url, { ...where, message: `echo: ${text}` }));
      expect(joined(list)).toBe(text);
      expect(list.at(-1)).toMatchObject({ type: 'done', finish_reason: 'stop' });
      const [question, answer] = (await history(service.url, 'text', where.session_id)).history;
      expect([question?.content, answer?.content]).toEqual([`echo: ${text}`, text]);
    }
  });

  it('loses half characters, which no database or provider could hold', async () => {
    const body = '{"user_id":"half","session_id":"s","message":"echo: a\\ud800b"}';
    const headers = { 'content-type': 'application/json' };
    expect((await call(`${service.url}/rr-chat`, { method: 'POST', body, headers })).status).toBe(200);
    expect((await history(service.url, 'half', 's')).history.map(({ content }) => content)).toEqual([
      'echo: a\ufffdb',
      'a\ufffdb',
    ]);
  });
});
