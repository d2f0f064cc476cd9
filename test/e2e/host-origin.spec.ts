import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, history, problemOf } from '../support/chat-api.js';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Answer, type Call } from '../support/http-app.js';

const QUESTION = { user_id: 'ada', session_id: 'host', message: 'echo: hi' };
const SESSION = 'user_id=ada&session_id=host';

/** Everything but probes: method and path, with a body where there is one. */
const ENDPOINTS: [NonNullable<Call['method']>, string, unknown][] = [
  ['GET', '/', undefined],
  ['GET', '/assets/index.js', undefined],
  ['POST', '/rr-chat', QUESTION],
  ['POST', '/rr-chat/stream', QUESTION],
  ['GET', '/rr-chat/stream/some-id', undefined],
  ['POST', '/rr-chat/stream/some-id/stop', undefined],
  ['GET', `/history?${SESSION}`, undefined],
  ['POST', '/history', { user_id: 'ada', session_id: 'host' }],
  ['GET', '/sessions?user_id=ada', undefined],
  ['PATCH', '/sessions/host?user_id=ada', { title: 'x' }],
  ['DELETE', '/sessions/host?user_id=ada', undefined],
  ['GET', '/providers', undefined],
  ['GET', '/docs', undefined],
  ['GET', '/openapi.json', undefined],
  ['GET', '/nothing/here', undefined],
];
const PROBES = ['/health', '/health/live', '/health/ready', '/metrics'];

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ PUBLIC_URL: 'https://chat.example.com', CORS_ORIGINS: 'https://app.example.org:8443' });
});
afterAll(() => service.close());

function send(method: NonNullable<Call['method']>, path: string, json: unknown, headers: object): Promise<Answer> {
  return call(`${service.url}${path}`, { method, headers: { ...headers }, ...(json === undefined ? {} : { json }) });
}

describe('a request under a foreign host name', () => {
  it.each(ENDPOINTS)('is refused with 421: %s %s', async (method, path, json) => {
    const answer = await send(method, path, json, { host: 'evil.example' });
    expectProblem(answer, 421, 'host_not_allowed');
    expect(problemOf(answer).detail).toContain('PUBLIC_URL');
    expect(asked(service)).toBe(0);
  });

  it.each(PROBES)('is answered where a probe sends it: %s', async (path) => {
    for (const host of ['10.1.2.3:9090', 'rondo.monitoring.svc', 'evil.example'])
      expect((await send('GET', path, undefined, { host })).status).toBe(200);
  });

  it('stores nothing', async () => {
    expect((await history(service.url, 'ada', 'host')).history).toEqual([]);
  });
});

describe('a request of a foreign page', () => {
  it.each(ENDPOINTS)('is refused with 403: %s %s', async (method, path, json) => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://chat.example.com']) {
      const answer = await send(method, path, json, { origin });
      expectProblem(answer, 403, 'origin_not_allowed');
      expect(problemOf(answer).detail).toContain('CORS_ORIGINS');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(asked(service)).toBe(0);
  });

  it('gets no leave by asking first', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    expectProblem(await send('OPTIONS', '/rr-chat/stream', undefined, headers), 403, 'origin_not_allowed');
  });
});

describe('a page that is listed', () => {
  it('may ask under the public name, and read the ids of request and answer', async () => {
    const host = 'chat.example.com';
    for (const origin of ['https://chat.example.com', 'https://app.example.org:8443']) {
      const preflight = { origin, host, 'access-control-request-method': 'POST' };
      const leave = await send('OPTIONS', '/rr-chat/stream', undefined, preflight);
      expect([leave.status, leave.headers['access-control-allow-origin']]).toEqual([204, origin]);
      expect(leave.headers['access-control-allow-headers']).toMatch(/Content-Type.*Idempotency-Key/);
      const answer = await send('POST', '/rr-chat/stream', QUESTION, { origin, host });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
      expect(answer.headers['access-control-expose-headers']).toContain('X-Answer-Id');
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      expect(String(answer.headers['vary'])).toContain('Origin');
    }
  });

  it('gets the limits and failures in a form that it may read', async () => {
    const headers = { origin: 'https://app.example.org:8443', host: 'chat.example.com' };
    const answer = await send('POST', '/rr-chat/stream', { ...QUESTION, message: '' }, headers);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.headers['access-control-allow-origin']).toBe(headers.origin);
  });
});
