import { TerminusModule } from '@nestjs/terminus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../src/config/version.js';
import { HealthController } from '../../../src/health/health.controller.js';
import { DatabaseIndicator, ProcessIndicator, ProvidersIndicator } from '../../../src/health/indicators.js';
import { HistoryStore, HistoryUnavailableError } from '../../../src/history/history-store.js';
import { Lifecycle } from '../../../src/lifecycle/lifecycle.js';
import type { ProviderStateView } from '../../../src/providers/routing/provider-state.js';
import { ProviderTracker } from '../../../src/providers/routing/provider-tracker.js';
import { poll, startHttpApp, type HttpApp } from '../../support/http-app.js';

const UP: ProviderStateView[] = [
  { name: 'groq', model: 'model-a', state: 'up' },
  { name: 'mistral', model: 'model-b', state: 'up' },
];

let states: ProviderStateView[];
let ping: () => Promise<void>;

class ScriptedStates {
  list(): readonly ProviderStateView[] {
    return states;
  }
}

/** Health asks the history for nothing but a ping. */
const history: Pick<HistoryStore, 'ping' | 'problem'> = { ping: () => ping(), problem: undefined };

const HEALTH = {
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    ProcessIndicator,
    DatabaseIndicator,
    ProvidersIndicator,
    { provide: ProviderTracker, useClass: ScriptedStates },
    { provide: HistoryStore, useValue: history },
  ],
};

describe('health', () => {
  let app: HttpApp;
  const status = async (path: string): Promise<number> => (await app.call(path)).status;
  const allOf = async (): Promise<number[]> =>
    Promise.all(['/health', '/health/live', '/health/ready'].map((path) => status(path)));

  beforeEach(async () => {
    states = UP;
    ping = () => Promise.resolve();
    app = await startHttpApp(HEALTH, { LOG_LEVEL: 'debug' });
  });

  afterEach(() => app.close());

  it('is 503 while starting, though the process lives', async () => {
    expect(await allOf()).toEqual([503, 200, 503]);
    expect((await app.call('/health/ready')).json()).toMatchObject({
      status: 'error',
      error: { process: { status: 'down', message: 'starting' } },
    });
  });

  it('is 200 once ready, with version, uptime and providers', async () => {
    app.nest.get(Lifecycle).markReady();
    expect(await allOf()).toEqual([200, 200, 200]);
    const report = (await app.call('/health')).json();
    expect(report).toMatchObject({
      status: 'ok',
      error: {},
      details: { process: { status: 'up' }, database: { status: 'up' }, providers: { up: 2, configured: 2 } },
      version: VERSION,
      active_providers: ['groq', 'mistral'],
      provider_count: 2,
      providers: [
        { name: 'groq', model: 'model-a', state: 'up' },
        { name: 'mistral', model: 'model-b', state: 'up' },
      ],
    });
    expect(report.uptime_secs).toEqual(expect.any(Number));
    expect(Number.isInteger(report.uptime_secs)).toBe(true);
  });

  it('tells which provider is not asked and until when', async () => {
    app.nest.get(Lifecycle).markReady();
    const retryAt = Date.UTC(2026, 0, 2, 3, 4, 5);
    states = [{ name: 'groq', model: 'model-a', state: 'cooling', retryAt }, ...UP.slice(1)];
    const answer = await app.call('/health');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok', active_providers: ['mistral'], provider_count: 2 });
    expect(answer.json().providers).toContainEqual({
      name: 'groq',
      model: 'model-a',
      state: 'cooling',
      retry_at: '2026-01-02T03:04:05.000Z',
    });
  });

  it('is an alarm while no provider is up, but still takes traffic', async () => {
    app.nest.get(Lifecycle).markReady();
    states = UP.map((provider) => ({ ...provider, state: 'down' as const }));
    expect(await allOf()).toEqual([503, 200, 200]);
    const report = (await app.call('/health')).json();
    expect(report).toMatchObject({ status: 'error', active_providers: [], provider_count: 2, version: VERSION });
    expect(report.error).toHaveProperty('providers');
  });

  it('is 503 while the database refuses, without telling its files, and 200 again afterwards', async () => {
    app.nest.get(Lifecycle).markReady();
    ping = () => Promise.reject(new Error('SQLITE_CANTOPEN /secret/place'));
    expect(await allOf()).toEqual([503, 200, 503]);
    const answer = await app.call('/health');
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toMatchObject({
      status: 'error',
      error: { database: { status: 'down' } },
      provider_count: 2,
    });
    expect(answer.text).not.toContain('secret');
    expect(app.log().filter(({ msg }) => msg === 'looking at the database failed')).toHaveLength(1);
    ping = () => Promise.resolve();
    await poll(async () => ((await status('/health/ready')) === 200 ? true : undefined));
  });

  it.each<[string, string, () => void]>([
    ['/health/ready', 'server_draining', () => undefined],
    ['/health', 'server_draining', () => (ping = () => Promise.reject(new Error('away')))],
    ['/health/ready', 'history_unavailable', () => (ping = () => Promise.reject(new Error('away')))],
    ['/health', 'provider_unavailable', () => (states = [])],
  ])('at 503 has a log line with a code: %s %s', async (path, code, breakIt) => {
    if (code !== 'server_draining') app.nest.get(Lifecycle).markReady();
    breakIt();
    const id = `${code}-${path.replaceAll('/', '-')}`;
    expect((await app.call(path, { headers: { 'x-request-id': id } })).status).toBe(503);
    const line = await app.logged(({ msg, request_id }) => msg === 'request' && request_id === id);
    expect(line).toMatchObject({ route: path, status: 503, code });
  });

  it('says in the log why the database cannot be used', async () => {
    app.nest.get(Lifecycle).markReady();
    const cause = Object.assign(new Error('at /secret/place'), { code: 'SQLITE_READONLY' });
    ping = () => Promise.reject(new HistoryUnavailableError('the database refused a write', { cause }));
    const answer = await app.call('/health/ready');
    expect(answer.json()).toMatchObject({ error: { database: { message: 'the database refused a write' } } });
    expect(answer.text).not.toContain('secret');
    const line = await app.logged(({ context, level }) => context === 'Health' && level === 'error');
    expect(line).toMatchObject({
      msg: 'the database refused a write',
      err: { cause: { code: 'SQLITE_READONLY' } },
    });
  });

  it('does not wait for a database that never answers', async () => {
    app.nest.get(Lifecycle).markReady();
    ping = () => new Promise<void>(() => undefined);
    const start = performance.now();
    expect(await status('/health/ready')).toBe(503);
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('asks the database rarely, however often it is asked itself', async () => {
    app.nest.get(Lifecycle).markReady();
    let pings = 0;
    ping = () => {
      pings += 1;
      return Promise.resolve();
    };
    await Promise.all(Array.from({ length: 100 }, () => status('/health')));
    expect(pings).toBeLessThan(10);
  });

  it('is 503 while draining, though the process lives', async () => {
    app.nest.get(Lifecycle).markReady();
    app.nest.get(Lifecycle).drain();
    expect(await allOf()).toEqual([503, 200, 503]);
    expect((await app.call('/health')).json()).toMatchObject({ error: { process: { message: 'draining' } } });
  });
});
