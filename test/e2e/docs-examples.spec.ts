import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnswerEvent, DoneEvent } from '../../src/wire/answer-event.js';
import { startApp, type RunningApp } from '../support/app.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { joined, only } from '../support/events.js';
import { readDoc, ROOT, tableRows } from '../support/markdown-docs.js';

const CLIENT = 'docs/examples/ask-rondo.mjs';

type AskRondo = (url: string, question: object, onEvent: (event: AnswerEvent) => void) => Promise<DoneEvent>;

describe('README', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp()));
  afterAll(() => service.close());

  it('lists every endpoint of the API document, and the document besides', async () => {
    const response = await fetch(`${service.url}/openapi.json`);
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    );
    const listed = tableRows(readDoc('README.md'), 'method and path').map(([endpoint]) => endpoint);
    expect(listed.toSorted()).toEqual([...described, 'GET /docs', 'GET /openapi.json'].toSorted());
  });
});

describe("docs/examples' minimal client", () => {
  let service: RunningApp;
  let askRondo: AskRondo;
  let session = 0;

  beforeAll(async () => {
    service = await startApp({ RATE_LIMIT: '12', RATE_LIMIT_WINDOW_MS: '600000' });
    ({ askRondo } = (await import(pathToFileURL(path.join(ROOT, CLIENT)).href)) as { askRondo: AskRondo });
  });
  afterAll(() => service.close());

  async function eventsFrom(url: string, body: { message: string }, user = 'ada'): Promise<AnswerEvent[]> {
    const list: AnswerEvent[] = [];
    const question = { user_id: user, session_id: `s${++session}`, ...body };
    const done = await askRondo(url, question, (event) => list.push(event));
    expect(list.at(-1)).toEqual(done);
    return list;
  }

  it('is the one that docs/SSE_EVENTS_SCHEMA.md shows', () => {
    expect(readDoc('docs/SSE_EVENTS_SCHEMA.md')).toContain(`\`\`\`js\n${readDoc(CLIENT)}\`\`\``);
  });

  it('reads an answer to its end, whatever characters are in it', async () => {
    const text = 'Grüße, 世界 👋 \u2028 data: no field "id": 3\n\nnext paragraph';
    const list = await eventsFrom(service.url, { message: `echo: ${text}` });
    expect(joined(list)).toBe(text);
    expect(only(list, 'done').finish_reason).toBe('stop');
  });

  it('gives every event once although the connection is cut again and again', async () => {
    await service.simulator.groq.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 2 });
    const question = { message: 'count to 300', provider: 'groq' };
    const whole = await eventsFrom(service.url, question);
    const cuts = [300, 1_300, 1_400, 1_500, 1_600];
    const proxy = await startCuttingProxy(service.url, cuts);
    const list = await eventsFrom(proxy.url, question);
    await Promise.all([proxy.close(), service.simulator.clear()]);
    expect(proxy.cuts).toBe(cuts.length);
    expect(joined(list)).toBe(joined(whole));
    expect(joined(list, 'reasoning')).toBe(joined(whole, 'reasoning'));
    for (const type of ['provider', 'usage', 'done'] as const) only(list, type);
  });

  it('asks once, although it lost the connection before it had learned the id of its answer', async () => {
    const proxy = await startCuttingProxy(service.url, [10, 10]);
    const list = await eventsFrom(proxy.url, { message: 'echo: paid once' }, 'bo');
    await proxy.close();
    expect([proxy.cuts, joined(list)]).toEqual([2, 'paid once']);
    const history = await fetch(`${service.url}/history?user_id=bo&session_id=s${session}`);
    expect(((await history.json()) as { history: unknown[] }).history).toHaveLength(2);
  });

  it('learns from the events of a 429 when to try again', async () => {
    for (let i = 0; i < 12; i++) await eventsFrom(service.url, { message: 'echo: hi' }, 'eve');
    const list = await eventsFrom(service.url, { message: 'echo: hi' }, 'eve');
    expect(list.map(({ type }) => type)).toEqual(['rate_limited', 'error', 'done']);
    expect(only(list, 'rate_limited').retry_after_ms).toBeGreaterThan(0);
  });

  it('throws the problem where the question is refused', async () => {
    const refused = askRondo(service.url, { user_id: 'ada' }, () => undefined);
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
  });
});
