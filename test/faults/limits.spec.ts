import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkBudget } from '../../src/http/work-budget.js';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, begin, history, post, problemOf, sessions } from '../support/chat-api.js';
import { joined, only } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Answer } from '../support/http-app.js';
import { scrape } from '../support/scrape.js';

let service: RunningApp;
afterEach(() => service.close());

let session = 0;
/** A question in a session of its own. */
function question(userId = 'ada', headers: Record<string, string> = {}, path = '/rr-chat/stream'): Promise<Answer> {
  return post(
    service.url,
    path,
    { user_id: userId, session_id: `limits-${++session}`, message: 'echo: hi' },
    { headers },
  );
}

function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('the rate limit', () => {
  it('is exact under 200 parallel requests to both endpoints', async () => {
    service = await startApp({ RATE_LIMIT: '73', MAX_RUNNING_PER_USER: '1000' });
    const paths = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? '/rr-chat/stream' : '/rr-chat'));
    const answers = await Promise.all(paths.map((path) => question('ada', {}, path)));
    expect(statuses(answers)).toEqual({ 200: 73, 429: 127 });
    expect(asked(service)).toBe(73);
    const { sessions: stored } = await sessions(service.url, 'ada', '&limit=200');
    expect(stored).toHaveLength(73);
    expect((await question('bob')).status).toBe(200);
  });

  it('says on the stream, as events, when to come back', async () => {
    service = await startApp({ RATE_LIMIT: '1', RATE_LIMIT_WINDOW_MS: '45000' });
    await question();
    const { status, headers, text } = await question();
    expect([status, headers['content-type']]).toEqual([429, 'text/event-stream']);
    const blocks = text.split('\n\n').filter((block) => block !== '');
    const events = blocks.map((block) => JSON.parse(/^id: \S+\ndata: (.*)$/.exec(block)?.[1] ?? '') as unknown);
    expect(text.endsWith('\n\n')).toBe(true);
    expect(events).toEqual([
      { type: 'rate_limited', retry_after_ms: expect.any(Number) },
      {
        type: 'error',
        message: 'Too many requests of this user.',
        code: 'rate_limited',
        class: 'retryable',
        retryable: true,
        retry_after_ms: (events[0] as { retry_after_ms: number }).retry_after_ms,
      },
      { type: 'done', finish_reason: 'error', message_id: expect.any(String) },
    ]);
    const wait = (events[0] as { retry_after_ms: number }).retry_after_ms;
    expect(wait).toBeGreaterThan(40_000);
    expect(wait).toBeLessThanOrEqual(45_000);
    expect(headers['retry-after']).toBe(String(Math.ceil(wait / 1000)));
    expect(headers['x-answer-id']).toBeUndefined();
  });

  it('counts no question for its user that is refused later on, at any door', async () => {
    service = await startApp({ RATE_LIMIT: '3', BLOCKED_TERMS: 'forbidden' });
    const refusals: [number, string, object][] = [
      [400, '/rr-chat', { message: 'hi', provider: 'nobody' }],
      [404, '/rr-chat/stream', { regenerate: 'no-such-answer' }],
      [422, '/rr-chat', { message: 'forbidden' }],
      [404, '/v1/chat/completions', { user: 'ada', model: 'nobody', messages: [{ role: 'user', content: 'hi' }] }],
    ];
    for (const [status, path, body] of refusals)
      for (let n = 0; n < 3; n++) {
        const whose = 'user' in body ? body : { user_id: 'ada', session_id: 'refused', ...body };
        expect([path, (await post(service.url, path, whose)).status]).toEqual([path, status]);
      }
    expect(statuses([await question(), await question(), await question(), await question()])).toEqual({
      200: 3,
      429: 1,
    });
  });

  it('says so as a problem where the answer is one JSON', async () => {
    service = await startApp({ RATE_LIMIT: '1' });
    await question('ada', {}, '/rr-chat');
    const answer = await question('ada', {}, '/rr-chat');
    expectProblem(answer, 429, 'rate_limited');
    const wait = problemOf(answer).retry_after_ms ?? 0;
    expect(answer.headers['retry-after']).toBe(String(Math.ceil(wait / 1000)));
  });

  it('takes the next question when the time it named has come, and not before', async () => {
    service = await startApp({ RATE_LIMIT: '2', RATE_LIMIT_WINDOW_MS: '1500' });
    const openedAt = performance.now();
    await question();
    await question();
    const refused = await question('ada', {}, '/rr-chat');
    const due = performance.now() + (problemOf(refused).retry_after_ms ?? 0);
    await eventually(async () => (await question()).status === 200);
    expect(performance.now()).toBeGreaterThan(openedAt + 1_450);
    expect(performance.now()).toBeLessThan(due + 1_000);
  });

  it('counts users apart, and per address all of them together', async () => {
    service = await startApp({ RATE_LIMIT_PER_ADDRESS: '20' });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => question(`user-${index}`)));
    expect(statuses(answers)).toEqual({ 200: 20, 429: 30 });
    const spoofed = await Promise.all(
      Array.from({ length: 10 }, (_, index) => question('ada', { 'x-forwarded-for': `203.0.113.${index}` })),
    );
    expect(statuses(spoofed)).toEqual({ 429: 10 });
  });

  it('knows the addresses behind a proxy that is trusted, as far as it is', async () => {
    service = await startApp({ RATE_LIMIT_PER_ADDRESS: '3', TRUST_PROXY: '1' });
    const from = (address: string) => question('ada', { 'x-forwarded-for': address });
    const first = await Promise.all(Array.from({ length: 5 }, (_, index) => from(`198.51.100.${index}, 203.0.113.1`)));
    expect(statuses(first)).toEqual({ 200: 3, 429: 2 });
    expect((await from('203.0.113.1, 203.0.113.2')).status).toBe(200);
  });

  it('is for questions only: page, health, metrics and history are always there', async () => {
    service = await startApp({ RATE_LIMIT: '1', RATE_LIMIT_PER_ADDRESS: '1' });
    await question();
    expect((await question()).status).toBe(429);
    const paths = ['/health', '/health/live', '/health/ready', '/metrics', '/providers', '/sessions?user_id=ada'];
    const all = [...paths, '/history?user_id=ada&session_id=limits-1'];
    const answers = await Promise.all(
      Array.from({ length: 210 }, (_, index) => call(`${service.url}${all[index % all.length] ?? '/'}`)),
    );
    expect(statuses(answers)).toEqual({ 200: 210 });
    // Where the page was not built there is none; it is not refused either.
    for (let i = 0; i < 5; i++) expect([200, 404]).toContain((await call(service.url)).status);
  });
});

const nothingRuns = async (): Promise<boolean> =>
  (await call(`${service.url}/metrics`)).text.includes('\nrondo_running_answers 0\n');

describe('too many readers', () => {
  it('are refused with 503 as a problem, at every door, and let in when one has left', async () => {
    service = await startApp({ MAX_OPEN_STREAMS: '2' });
    for (const provider of service.simulator.all) await provider.fault({ kind: 'stall', afterTokens: 1 });
    const leaving = new AbortController();
    const first = await begin(service.url, { session_id: 'a', message: 'count to 9' }, { signal: leaving.signal });
    await begin(service.url, { session_id: 'b', message: 'count to 9' });
    const asked = service.simulator.all.flatMap((provider) => provider.requests()).length;
    const completion = { model: 'rondo', messages: [{ role: 'user', content: 'hi' }] };
    const refused = [
      await question(),
      await question('ada', {}, '/rr-chat'),
      await call(`${service.url}/rr-chat/stream/${first.id}`),
    ];
    for (const answer of refused) {
      expectProblem(answer, 503, 'overloaded');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect((await post(service.url, '/v1/chat/completions', completion)).status).toBe(503);
    expect(service.simulator.all.flatMap((provider) => provider.requests())).toHaveLength(asked);
    await service.simulator.clear();
    leaving.abort();
    await eventually(async () => (await question()).status === 200);
  });

  it('are not counted by the rate limit of their address', async () => {
    service = await startApp({ MAX_OPEN_STREAMS: '1', RATE_LIMIT_PER_ADDRESS: '2' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 1, match: 'slow' });
    const leaving = new AbortController();
    const slow = { session_id: 'slow', message: 'echo: slow', provider: 'mistral' };
    await begin(service.url, slow, { signal: leaving.signal });
    const body = { model: 'rondo', messages: [{ role: 'user', content: 'hi' }] };
    for (let n = 0; n < 3; n++) {
      expect((await question()).status).toBe(503);
      expect((await post(service.url, '/v1/chat/completions', body)).status).toBe(503);
    }
    leaving.abort();
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0);
    expect((await question()).status).toBe(200);
    expect((await question()).status).toBe(429);
  });

  it('of one address are refused with 429, where addresses are told apart', async () => {
    service = await startApp({ MAX_OPEN_STREAMS: '8', RATE_LIMIT_PER_ADDRESS: '100', TRUST_PROXY: '1' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 1, match: 'slow' });
    const slow = { session_id: 'slow', message: 'echo: slow', provider: 'mistral' };
    const { id } = await begin(service.url, slow, { headers: { 'x-forwarded-for': '203.0.113.1' } });
    const attach = (address: string) =>
      fetch(`${service.url}/rr-chat/stream/${id}`, { headers: { 'x-forwarded-for': address } });
    expect((await attach('203.0.113.1')).status).toBe(200);
    const refused = await attach('203.0.113.1');
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'overloaded' }]);
    expect((await question('ada', { 'x-forwarded-for': '203.0.113.1' })).status).toBe(429);
    expect((await attach('203.0.113.2')).status).toBe(200);
    expect((await question('ada', { 'x-forwarded-for': '203.0.113.2' })).status).toBe(200);
  });
});

describe('too many running answers', () => {
  it.each(['/rr-chat/stream', '/rr-chat'])(
    'are refused at %s with 503 before the rate limit counts them',
    async (path) => {
      service = await startApp({ MAX_RUNNING_ANSWERS: '2', RATE_LIMIT: '3' });
      for (const provider of service.simulator.all) await provider.fault({ kind: 'stall', afterTokens: 1 });
      const running = [];
      for (const name of ['a', 'b'])
        running.push(await begin(service.url, { session_id: name, message: 'count to 9' }));
      for (const answer of running) await answer.until('delta');
      for (let i = 0; i < 10; i++) {
        const refused = await question('ada', {}, path);
        expectProblem(refused, 503, 'overloaded');
        expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      }
      await service.simulator.clear();
      for (const { id } of running) await call(`${service.url}/rr-chat/stream/${id}/stop`, { method: 'POST' });
      for (const answer of running) await answer.rest();
      expect((await question('ada', {}, path)).status).toBe(200);
      expect((await question('ada', {}, path)).status).toBe(429);
    },
  );

  it('of one user are refused with 429 as a problem; others are let in', async () => {
    service = await startApp({ MAX_RUNNING_PER_USER: '2', RATE_LIMIT: '2' });
    for (const provider of service.simulator.all) await provider.fault({ kind: 'stall', afterTokens: 1 });
    for (const name of ['a', 'b'])
      await (await begin(service.url, { session_id: name, message: 'count to 9' })).until('delta');
    await service.simulator.clear();
    const refused = await question();
    expectProblem(refused, 429, 'overloaded');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await question('bob')).status).toBe(200);
  });

  it('of an address are refused with 429, whatever users it names, where addresses are told apart', async () => {
    service = await startApp({ MAX_RUNNING_ANSWERS: '8', RATE_LIMIT_PER_ADDRESS: '100', TRUST_PROXY: '1' });
    for (const provider of service.simulator.all) await provider.fault({ kind: 'stall', afterTokens: 1 });
    const complete = (address: string, more = {}) => {
      const body = { model: 'rondo', stream: true, messages: [{ role: 'user', content: 'count to 9' }], ...more };
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      return fetch(`${service.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    const running = await Promise.all([complete('203.0.113.1'), complete('203.0.113.1')]);
    expect(running.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await complete('203.0.113.1');
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'overloaded' } }]);
    expect((await complete('203.0.113.1', { user: 'ada' })).status).toBe(429);
    expect((await question('ada', { 'x-forwarded-for': '203.0.113.1' })).status).toBe(429);
    expect((await complete('203.0.113.2', { user: 'ada' })).status).toBe(200);
  });

  it('are held by no refused request that waits behind a stream on its connection', async () => {
    service = await startApp({ MAX_RUNNING_PER_USER: '1', MAX_RUNNING_ANSWERS: '3' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 1, match: 'slow' });
    const raw = (json: object, path = '/rr-chat') => {
      const body = JSON.stringify(json);
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
      return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    };
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    const slow = { user_id: 'eve', session_id: 'e', message: 'echo: slow', provider: 'mistral' };
    const begun = new Promise((resolve) => socket.once('data', resolve));
    socket.write(raw(slow, '/rr-chat/stream') + raw({ user_id: 'ada' }).repeat(8) + raw({ user_id: 'bob' }).repeat(8));
    await begun;
    for (const name of ['ada', 'bob']) expect((await question(name)).status).toBe(200);
    socket.destroy();
  });

  it('leave their places whatever became of them', async () => {
    service = await startApp({ MAX_RUNNING_ANSWERS: '3', MAX_RUNNING_PER_USER: '3' });
    const refusals = [{ message: '' }, { message: 7 }, { provider: 'nobody' }, { user_id: '../x' }];
    for (let round = 0; round < 4; round++) {
      for (const wrong of refusals) {
        const body = { user_id: 'ada', session_id: 'places', message: 'echo: hi', ...wrong };
        expect((await post(service.url, '/rr-chat', body)).status).toBe(400);
      }
      const leaving = new AbortController();
      const running = await begin(
        service.url,
        { session_id: `left-${round}`, message: 'count to 500', on_disconnect: 'cancel' },
        { signal: leaving.signal },
      );
      leaving.abort();
      await expect(running.rest()).rejects.toThrow();
      await eventually(nothingRuns);
      await service.simulator.groq.fault({ kind: 'status', status: 422, times: 1 });
      expect((await question()).status).toBe(200);
    }
    await eventually(nothingRuns);
    const together = await Promise.all([question('x'), question('x'), question('x')]);
    expect(statuses(together)).toEqual({ 200: 3 });
  });
});

describe('running answers that have said more than there is room for', () => {
  it('end with length where they had more than an even share; nothing new begins, and stopping makes room', async () => {
    const places = 100_000;
    const pace = { firstTokenMs: 0, tokenMs: 1 };
    const env = { MAX_RUNNING_ANSWERS: String(places), MAX_OUTPUT_TOKENS: '100000' };
    service = await startApp(env, { reasoning: 'never', pace });
    const budget = service.app.get(WorkBudget);
    const share = budget.bytes / places;
    await service.simulator.groq.fault({ kind: 'stall', afterTokens: 3, match: 'short' });
    const stalled = { session_id: 'short', message: 'echo: of the short ones', provider: 'groq' };
    const short = await begin(service.url, stalled);
    await short.until('delta');

    const others = { length: budget.bytes + 1 };
    budget.watchText(others);
    await eventually(async () => (await question()).status === 503);
    expectProblem(await question(), 503, 'overloaded');
    expectProblem(await call(`${service.url}/history?user_id=ada&session_id=short`), 503, 'overloaded');
    budget.forgetText(others);
    await eventually(async () => (await question()).status === 200);
    const long = await begin(service.url, { session_id: 'long', message: 'count to 2000', provider: 'mistral' });
    budget.watchText(others);
    const told = await long.rest();
    expect(only(told, 'done').finish_reason).toBe('length');
    expect(joined(told).length).toBeGreaterThan(share);
    expect(joined(told)).not.toContain('2000');

    expect((await post(service.url, `/rr-chat/stream/${short.id}/stop`, undefined)).status).toBe(202);
    expect(only(await short.rest(), 'done').finish_reason).toBe('stopped');
    budget.forgetText(others);
    await eventually(async () => (await question()).status === 200);
    const { history: stored } = await history(service.url, 'ada', 'long');
    expect(stored.at(-1)).toMatchObject({ status: 'complete', finish_reason: 'length', content: joined(told) });
  });
});
