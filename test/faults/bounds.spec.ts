import type { Router } from 'express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HistoryStore } from '../../src/history/history-store.js';
import { startApp, type RunningApp } from '../support/app.js';
import { history, post } from '../support/chat-api.js';
import { talk } from '../support/history-stores.js';
import { call, type Call } from '../support/http-app.js';
import { longestTurn } from '../support/longest-turn.js';
import { readDoc, tableRows } from '../support/markdown-docs.js';
import { concurrencyOfRoutes } from '../support/controller-routes.js';
import { routesOf } from '../support/routes.js';

/** Ten times the goal for one turn of the loop, in processor time. */
const LONGEST_TURN_MS = 1_000;
const MiB = 1024 * 1024;
/** Like `/` in the table. */
const FILES = /^GET \/(assets\/.*|theme\.js|favicon\.\w+|docs.*|swagger.*|openapi\.(json|yaml)|.*swagger-ui.*)$/;

interface WorstCase extends Call {
  readonly path: string;
  readonly status: number;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join(',');
const wide = (count: number) => `{${names(count)}}`;
const json = (body: string, method: Call['method'] = 'POST') => ({
  method,
  body,
  headers: { 'content-type': 'application/json' },
});
const completion = (messages: string, more = '') => json(`{"model":"rondo","messages":[${messages}]${more}}`);
const many = (item: string, count: number) => Array.from({ length: count }, () => item).join(',');

const MANY_NAMES = wide(120_000);
const MANY_OBJECTS = `{"list":[${many(wide(199), 600)}]}`;
const DEEP = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
const MANY_PARAMETERS = `?${Array.from({ length: 3_000 }, (_, index) => index.toString(36)).join('&')}`;
const TOOL = (name: string) =>
  `{"type":"function","function":{"name":"${name}","parameters":{"type":"object","properties":${wide(999)}}}}`;
const TOOLS = `,"tools":[${Array.from({ length: 49 }, (_, index) => TOOL(`t${index}`)).join(',')}]`;
/** Names that come once each, in objects of twenty, take the longest to parse. */
const NAMES_OF_THEIR_OWN = Array.from({ length: 2_300 }, (_, object) => {
  const own = Array.from({ length: 20 }, (_name, index) => `"${(object * 20 + index).toString(36)}":0`);
  return `{${own.join(',')}}`;
});
const TOOL_WITH_OWN_NAMES = `,"tools":[{"type":"function","function":{"name":"t","parameters":{"p":[${NAMES_OF_THEIR_OWN.join(',')}]}}}]`;
const IMAGE = '{"type":"image_url","image_url":{"url":"https://a.io/"}}';
const IMAGE_AND_TEXTS = `{"role":"user","content":[${IMAGE},${many('{"type":"text","text":"a"}', 5)}]}`;
const ASKED = '"user_id":"eve","session_id":"s"';
const long = (message: string) => JSON.stringify({ user_id: 'eve', session_id: `s${++sessions}`, message });
let sessions = 0;

const badBodies = (path: string, method: Call['method'] = 'POST'): WorstCase[] =>
  [MANY_NAMES, MANY_OBJECTS, DEEP].map((body) => ({ path, status: 400, ...json(body, method) }));

const worstCases: Record<string, () => WorstCase[]> = {
  'POST /rr-chat/stream': () => [
    ...badBodies('/rr-chat/stream'),
    { path: '/rr-chat/stream', status: 200, ...json(long('😀'.repeat(32_000))) },
  ],
  'POST /rr-chat': () => [
    ...badBodies('/rr-chat'),
    { path: '/rr-chat', status: 200, ...json(long('é'.repeat(32_000))) },
    { path: '/rr-chat', status: 400, ...json(`{${ASKED},"message":"hi",${names(188)}}`) },
  ],
  'POST /v1/chat/completions': () => [
    ...badBodies('/v1/chat/completions'),
    { path: '/v1/chat/completions', status: 200, ...completion(many('{"role":"user","content":"a"}', 2_000)) },
    { path: '/v1/chat/completions', status: 200, ...completion('{"role":"user","content":"a"}', TOOLS) },
    { path: '/v1/chat/completions', status: 200, ...completion('{"role":"user","content":"a"}', TOOL_WITH_OWN_NAMES) },
    { path: '/v1/chat/completions', status: 200, ...completion(many(IMAGE_AND_TEXTS, 2_000)) },
  ],
  'GET /rr-chat/stream/{answer_id}': () => [{ path: `/rr-chat/stream/x${MANY_PARAMETERS}`, status: 400 }],
  'POST /rr-chat/stream/{answer_id}/stop': () => badBodies('/rr-chat/stream/x/stop'),
  'GET /history': () => [
    { path: `/history${MANY_PARAMETERS}`, status: 400 },
    ...['long', 'small', 'escaped'].map((id) => ({
      path: `/history?user_id=eve&session_id=${id}&limit=200`,
      status: 200,
    })),
  ],
  'POST /history': () => [
    ...badBodies('/history'),
    ...['long', 'small', 'escaped'].map((id) => ({
      path: '/history',
      status: 200,
      ...json(`{"user_id":"eve","session_id":"${id}","limit":200}`),
    })),
  ],
  'GET /sessions': () => [
    { path: `/sessions${MANY_PARAMETERS}`, status: 400 },
    { path: '/sessions?user_id=eve&limit=200', status: 200 },
  ],
  'PATCH /sessions/{session_id}': () => badBodies('/sessions/s?user_id=eve', 'PATCH'),
  'DELETE /sessions/{session_id}': () => [
    ...badBodies('/sessions/s?user_id=eve', 'DELETE'),
    { path: `/sessions/s${MANY_PARAMETERS}`, method: 'DELETE', status: 400 },
  ],
  'GET /search': () => [
    { path: `/search${MANY_PARAMETERS}`, status: 400 },
    { path: `/search?user_id=eve&limit=50&q=${encodeURIComponent('a'.repeat(200))}`, status: 200 },
  ],
  'GET /providers': () => [{ path: '/providers', status: 200 }],
  'GET /v1/models': () => [{ path: '/v1/models', status: 200 }],
  'GET /v1/models/{model}': () => [{ path: `/v1/models/${'x/'.repeat(4_000)}`, status: 404 }],
  'GET /health': () => [{ path: '/health', status: 200 }],
  'GET /health/live': () => [{ path: '/health/live', status: 200 }],
  'GET /health/ready': () => [{ path: '/health/ready', status: 200 }],
  'GET /metrics': () => [{ path: '/metrics', status: 200 }],
  'GET /': () => [{ path: '/', status: 404 }],
};

describe('the bounds of endpoints', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp({ MAX_OUTPUT_TOKENS: '1' });
    for (let n = 0; n < 40; n++)
      await post(service.url, '/rr-chat', {
        user_id: 'eve',
        session_id: 'long',
        message: `echo: ${'é'.repeat(20_000)}`,
      });
    await fillPage(service.app.get(HistoryStore), 'small', 'a');
    await fillPage(service.app.get(HistoryStore), 'escaped', '\u0001');
  });
  afterAll(() => service.close());

  const table = tableRows(readDoc('docs/limits.md'), 'endpoint');

  it('are in the table for every route that there is', () => {
    const routes = routesOf((service.app.getHttpAdapter().getInstance() as { router: Router }).router);
    const named = routes.filter((route) => !FILES.test(route)).sort();
    expect(table.map(([endpoint]) => endpoint).sort()).toEqual(named);
    expect(Object.keys(worstCases).sort()).toEqual(named);
  });

  it('on what is done at once are those that the service has', () => {
    for (const [route, { perUser, perAddress, inAll }] of Object.entries(concurrencyOfRoutes(service.app))) {
      const row = table.find(([endpoint]) => endpoint === route.replace(/:(\w+)/g, '{$1}'));
      if (row?.[4] === 'the same ones') continue;
      const ofUsers = perUser === undefined ? '' : `${perUser} a user, `;
      expect([route, row?.[4]]).toEqual([
        route,
        expect.stringMatching(new RegExp(`^${ofUsers}${perAddress} an address, ${inAll}\\b`)),
      ]);
    }
  });

  it.each(Object.keys(worstCases))('hold in the worst case of %s', async (name) => {
    for (const { path, status, ...options } of worstCases[name]?.() ?? []) {
      const { result, cpuMs } = await longestTurn(() => call(`${service.url}${path}`, options));
      const seen = [path.slice(0, 60), result.status];
      expect(seen).toEqual([path.slice(0, 60), name === 'GET /' ? expect.any(Number) : status]);
      expect([...seen, cpuMs < LONGEST_TURN_MS, cpuMs]).toEqual([...seen, true, cpuMs]);
      expect(Buffer.byteLength(result.text)).toBeLessThanOrEqual(name.endsWith(' /history') ? MiB : 4 * MiB);
    }
  });

  it.each(['small', 'escaped'])(
    'on a page of history are reached by %s messages, and not passed',
    async (sessionId) => {
      const page = await history(service.url, 'eve', sessionId, '&limit=200');
      expect(page.has_more).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(page))).toBeGreaterThan(0.98 * MiB);
    },
  );
});

/** Messages that have 1 MiB of JSON together, without the commas between them and what is around them; and a turn before. */
async function fillPage(store: HistoryStore, sessionId: string, unit: string): Promise<void> {
  const session = { userId: 'eve', sessionId };
  const say = (question: string, answer = question) => talk(store, { ...session, question }, answer);
  await say('');
  const { messages } = await store.messages(session, { limit: 2 });
  const turns = 100;
  const forText = MiB - turns * messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
  const bytesOfUnit = JSON.stringify(unit).length - 2;
  const units = Math.floor(forText / bytesOfUnit / turns / 2);
  const left = forText - 2 * turns * units * bytesOfUnit;
  const text = unit.repeat(units);
  for (let n = 1; n < turns; n++) await say(text);
  await say(text + 'a'.repeat(left), text);
}
