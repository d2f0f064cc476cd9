import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../../src/lifecycle/lifecycle.js';
import { startApp, type RunningApp } from '../support/app.js';
import { post } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, only } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { temporaryFolder } from '../support/history.js';
import { call } from '../support/http-app.js';

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

interface Health {
  status: string;
  active_providers: string[];
  provider_count: number;
  providers: { name: string; model: string; state: string; retry_at?: string }[];
}

let service: RunningApp;
beforeEach(async () => (service = await startApp()));
afterEach(() => service.close());

async function health(at = '/health'): Promise<{ status: number; body: Health }> {
  const answer = await call(`${service.url}${at}`);
  return { status: answer.status, body: JSON.parse(answer.text) as Health };
}

let session = 0;
async function askOnce(): Promise<void> {
  await allEvents(await ask(service.url, { session_id: `h${++session}`, message: 'echo: hi' }));
}

describe('GET /health', () => {
  it('tells that all is well, in the form of Terminus and with what the contract adds', async () => {
    const { status, body } = await health();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      info: { database: { status: 'up' }, process: { status: 'up' }, providers: { status: 'up' } },
      error: {},
      details: { database: { status: 'up' } },
      uptime_secs: expect.any(Number),
      version,
      active_providers: ['groq', 'mistral', 'deepseek'],
      provider_count: 3,
    });
    expect(body.providers.map(({ name, state }) => [name, state])).toEqual([
      ['groq', 'up'],
      ['mistral', 'up'],
      ['deepseek', 'up'],
    ]);
    expect(body.providers.every(({ model }) => model !== '')).toBe(true);
  });

  it('names the provider whose key is refused, and the one that asked to be left alone, and until when', async () => {
    await service.simulator.groq.fault({ kind: 'status', status: 401 });
    await service.simulator.mistral.fault({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    await askOnce();
    const { status, body } = await health();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', active_providers: ['deepseek'], provider_count: 3 });
    const [groq, mistral, deepseek] = body.providers;
    expect([groq?.state, mistral?.state, deepseek?.state]).toEqual(['down', 'cooling', 'up']);
    const wait = Date.parse(mistral?.retry_at ?? '') - Date.now();
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_500);
    expect(deepseek).not.toHaveProperty('retry_at');
  });

  it('is 503 with the same body while no provider is up, when traffic and process are still well', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 401 });
    await askOnce();
    const { status, body } = await health();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'error',
      error: { providers: { status: 'down' } },
      active_providers: [],
      provider_count: 3,
    });
    expect(body.providers).toHaveLength(3);
    expect([(await health('/health/ready')).status, (await health('/health/live')).status]).toEqual([200, 200]);
  });

  it('tells no key, address or file', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 401 });
    await askOnce();
    const { text } = await call(`${service.url}/health`);
    expect(text).not.toMatch(/test-key|127\.0\.0\.1|sqlite|memory/);
  });
});

describe('a service on its way out', () => {
  it('is not ready, but alive, and still answers until it refuses', async () => {
    const draining = service.app.get(Lifecycle);
    draining.drain();
    expect([(await health('/health/ready')).status, (await health('/health/live')).status]).toEqual([503, 200]);
    expect((await health()).status).toBe(503);
    await askOnce();
    draining.refuse();
    for (const at of ['/rr-chat', '/rr-chat/stream']) {
      const refused = await post(service.url, at, { user_id: 'ada', session_id: 'late', message: 'echo: hi' });
      expectProblem(refused, 503, 'server_draining');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect((await health('/health/live')).status).toBe(200);
  });

  it('ends what is running as interrupted when it closes', async () => {
    await service.simulator.groq.fault({ kind: 'stall', afterTokens: 2 });
    const answer = allEvents(
      await ask(service.url, { session_id: 'closing', message: 'count to 9', provider: 'groq' }),
    );
    await eventually(() => service.simulator.groq.running() === 1);
    await service.app.close();
    const list = await answer;
    expect(only(list, 'error')).toMatchObject({ code: 'interrupted', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('interrupted');
  });
});

describe('a database file that is removed under the running service', () => {
  it('is named by the first look at health, and questions at both doors are refused from then on', async () => {
    const folder = await temporaryFolder();
    const { url, close } = await startApp({ DATABASE_URL: folder.url });
    try {
      renameSync(folder.file, `${folder.file}.away`);
      const report = await call(`${url}/health`);
      expect(report.status).toBe(503);
      expect(report.json().error).toMatchObject({ database: { status: 'down', code: 'FILE_REMOVED' } });
      const question = { user_id: 'ada', session_id: 'lost', message: 'echo: hi' };
      expectProblem(await post(url, '/rr-chat', question), 503, 'history_unavailable');
      const stored = { user: 'ada', model: 'rondo', messages: [{ role: 'user', content: 'echo: hi' }] };
      const answer = await post(url, '/v1/chat/completions', stored, { headers: { 'x-session-id': 'lost' } });
      expect([answer.status, answer.json().error]).toMatchObject([503, { code: 'history_unavailable' }]);
    } finally {
      await close();
      await folder.remove();
    }
  });
});
