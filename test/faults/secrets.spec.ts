import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { CANARIES, canariesIn, filesWithCanaries } from '../support/canaries.js';
import { keyEchoes } from '../support/key-echoes.js';
import { ask, attach } from '../support/events.js';
import { httpResponse, startRawServer, type RawServer } from '../support/raw-server.js';
import { simulatedProviders, spawnService, startService, type Service } from '../support/service.js';

const NAMES = ['groq', 'mistral', 'deepseek'] as const;
const EXTRA_MODEL = 'mistral-small-latest';

describe('keys and passwords', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rondo-secrets-'));
  const shown: string[] = [];
  let simulator: Simulator;
  let proxy: RawServer;
  let service: Service;

  const show = async (response: Promise<Response>) => {
    const { status, headers, body } = await response.then(async (r) => ({
      status: r.status,
      headers: r.headers,
      body: await r.text(),
    }));
    shown.push(JSON.stringify([...headers]), body);
    return { status, body };
  };
  const get = (at: string) => show(fetch(`${service.url}${at}`));
  const reply = (body: object) =>
    show(
      fetch(`${service.url}/rr-chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user_id: 'ada', ...body }),
      }),
    );

  const complete = (body: object) =>
    show(
      fetch(`${service.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${CANARIES.caller}`,
          'x-session-id': 'v1',
        },
        body: JSON.stringify({ user: 'ada', ...body }),
      }),
    );

  beforeAll(async () => {
    simulator = await startSimulator({ pace: 'instant' });
    for (const name of NAMES) simulator[name].configure({ expectedKey: CANARIES[name] });
    // A provider that is not on this machine is reached through the proxy, which repeats what it was told.
    proxy = await startRawServer((socket, request) => {
      const status = proxy.requests.length % 2 === 0 ? 407 : 502;
      socket.end(
        httpResponse(status, `<p>${request}</p>`, {
          'content-type': 'text/html',
          'x-echo': CANARIES.proxy.replace('é', ''),
        }),
      );
    });
    const password = encodeURIComponent(CANARIES.proxy);
    service = await startService({
      ...simulatedProviders(simulator),
      GROQ_API_KEY: CANARIES.groq,
      MISTRAL_API_KEY: CANARIES.mistral,
      DEEPSEEK_API_KEY: CANARIES.deepseek,
      EXTRA_PROVIDERS: 'far-away',
      FAR_AWAY_BASE_URL: 'http://llm.example.invalid/v1',
      FAR_AWAY_MODEL: EXTRA_MODEL,
      FAR_AWAY_API_KEY: CANARIES.extra,
      PROXY_URL: proxy.origin.replace('http://', `http://rondo:${password}@`),
      DATABASE_URL: `sqlite://${path.join(folder, 'rondo.db')}`,
      FIRST_TOKEN_TIMEOUT_MS: '2000',
      MAX_RUNNING_PER_USER: '100',
      LOG_LEVEL: 'trace',
    });
    let session = 0;
    for (const name of NAMES) {
      await show(ask(service.url, { session_id: `well-${name}`, message: 'echo: all is well', provider: name }));
      for (const fault of keyEchoes(CANARIES[name])) {
        const where = { session_id: `s${++session}`, message: 'echo: one two three four five' };
        await simulator[name].fault(fault);
        await show(ask(service.url, { ...where, provider: name }));
        await reply({ ...where, session_id: `r${session}`, provider: name });
        const messages = [{ role: 'user', content: where.message }];
        await complete({ model: name, messages, stream: session % 2 === 0, rondo: { events: true } });
        await simulator.clear();
      }
    }
    for (let i = 0; i < 2; i++)
      await show(ask(service.url, { session_id: `far-${i}`, message: 'echo: hi', provider: 'far-away' }));
    await complete({ model: 'unknown', messages: [] });
    // All fail at once, and nobody is pinned.
    for (const name of NAMES)
      await simulator[name].fault({ kind: 'status', status: 401, body: { error: CANARIES[name] } });
    for (let i = 0; i < 3; i++) await show(ask(service.url, { session_id: `all-${i}`, message: 'echo: hi' }));
    await lookAround();
  }, 120_000);

  async function lookAround(): Promise<void> {
    for (const at of [
      '/health',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/providers',
      '/openapi.json',
      '/docs',
      '/nothing',
    ])
      await get(at);
    const { sessions } = JSON.parse((await get('/sessions?user_id=ada&limit=200')).body) as {
      sessions: { session_id: string }[];
    };
    for (const { session_id } of sessions) {
      const page = await get(`/history?user_id=ada&session_id=${session_id}`);
      for (const { id, role } of (JSON.parse(page.body) as { history: { id: string; role: string }[] }).history)
        if (role === 'assistant') await show(attach(service.url, id));
    }
  }

  afterAll(async () => {
    await service.kill();
    await simulator.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reach the provider, and the proxy, they are for and no other', () => {
    for (const name of NAMES) {
      expect(simulator[name].requests().length).toBeGreaterThan(30);
      expect(new Set(simulator[name].requests().map(({ key }) => key))).toEqual(new Set(['accepted']));
      expect(
        canariesIn(JSON.stringify(simulator[name].requests().map(({ headers, body }) => ({ headers, body })))),
      ).toEqual([]);
    }
    const requests = proxy.requests.join('\n');
    expect(requests).toContain('http://llm.example.invalid/v1/chat/completions');
    expect(canariesIn(requests).sort()).toEqual([CANARIES.extra, CANARIES.proxy].sort());
  });

  it('are in no event, error, header, metric, history or other answer', () => {
    expect(shown.length).toBeGreaterThan(500);
    expect(shown.filter((text) => canariesIn(text).length > 0)).toEqual([]);
    const codes = new Set(shown.join('\n').match(/"code":"[a-z_]+"/g));
    for (const code of ['provider_auth', 'provider_rate_limited', 'provider_unavailable', 'provider_bad_response'])
      expect([...codes]).toContain(`"code":"${code}"`);
  });

  it('are in no byte of the database, while the service runs and after it ended, and in no line that it logged', async () => {
    expect(filesWithCanaries(folder)).toEqual([]);
    expect(await service.stop()).toBe(0);
    expect(filesWithCanaries(folder)).toEqual([]);
    expect(service.logLines().length).toBeGreaterThan(100);
    expect(
      service
        .output()
        .split('\n')
        .filter((line) => canariesIn(line).length > 0),
    ).toEqual([]);
    expect(service.output()).toContain('[redacted]');
  });
});

describe('a service that cannot start', () => {
  it('names the variables, and not what is in them', async () => {
    const child = spawnService({
      GROQ_API_KEY: `${CANARIES.groq} \u00e9`,
      GROQ_BASE_URL: `https://rondo:${CANARIES.mistral}@127.0.0.1/v1`,
      PROXY_URL: `socks5://rondo:${CANARIES.deepseek}@127.0.0.1:1`,
      DATABASE_URL: `postgres://rondo:${CANARIES.extra}@127.0.0.1/rondo`,
    });
    let output = '';
    child.stdout?.on('data', (part) => (output += String(part)));
    child.stderr?.on('data', (part) => (output += String(part)));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(canariesIn(output)).toEqual([]);
    for (const name of ['GROQ_API_KEY', 'GROQ_BASE_URL', 'PROXY_URL', 'DATABASE_URL']) expect(output).toContain(name);
  });
});

describe('the search for canaries', () => {
  it('finds one in any form', () => {
    const { proxy } = CANARIES;
    for (const text of [proxy, encodeURIComponent(proxy), Buffer.from(`rondo:${proxy}`).toString('base64')])
      expect(canariesIn(`before ${text} after`)).toEqual([proxy]);
    expect(canariesIn('nothing here')).toEqual([]);
  });
});
