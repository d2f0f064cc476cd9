import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';

/** Short clocks: a stall costs the test a moment, not 20 s. */
const CLOCKS = { CONNECT_TIMEOUT_MS: '300', FIRST_TOKEN_TIMEOUT_MS: '300', IDLE_TIMEOUT_MS: '300' };

let session = 0;
const question = (message = 'echo: one two three four five six seven eight') => ({
  session_id: `f${++session}`,
  message,
});

describe('a provider that fails before its first token', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp(CLOCKS)));
  afterAll(() => service.close());
  afterEach(() => service.simulator.clear());

  const faults: [string, FaultSpec, string][] = [
    ['refuses connections', { kind: 'refuse' }, 'provider_unavailable'],
    ['resets before headers', { kind: 'reset', at: 'before-headers' }, 'provider_unavailable'],
    ['resets after headers', { kind: 'reset', at: 'after-headers' }, 'provider_unavailable'],
    ['never sends headers', { kind: 'no-headers' }, 'provider_timeout'],
    ['sends headers and no token', { kind: 'no-token' }, 'provider_timeout'],
    ['sends comments for ever', { kind: 'comments', everyMs: 20 }, 'provider_timeout'],
    ['answers 500 with JSON', { kind: 'status', status: 500 }, 'provider_unavailable'],
    [
      'answers 502 with HTML',
      { kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' },
      'provider_unavailable',
    ],
    ['answers 503 with nothing', { kind: 'status', status: 503, body: '' }, 'provider_unavailable'],
    ['answers 429', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 'provider_rate_limited'],
    ['answers 401', { kind: 'status', status: 401 }, 'provider_auth'],
    ['answers 402', { kind: 'status', status: 402 }, 'provider_auth'],
    ['answers 422', { kind: 'status', status: 422 }, 'invalid_request'],
    ['answers 200 with an error body', { kind: 'instead-of-stream', body: 'error-json' }, ''],
    ['answers 200 with HTML', { kind: 'instead-of-stream', body: 'html' }, 'provider_bad_response'],
    ['answers 200 with nothing', { kind: 'instead-of-stream', body: 'empty' }, 'provider_bad_response'],
    ['sends an error event first', { kind: 'error-event', afterTokens: 0 }, ''],
    ['ends before any token', { kind: 'truncate', afterTokens: 0 }, 'provider_bad_response'],
  ];

  it.each(faults)(
    'is replaced when it %s: the reader sees one more provider event and no error',
    async (_name, fault, code) => {
      // A provider of its own each time: what the one before did to its state must not matter here.
      const fresh = await startApp(CLOCKS);
      try {
        await fresh.simulator.groq.fault(fault);
        const list = await allEvents(await ask(fresh.url, question()));
        const providers = list.filter((event) => event.type === 'provider');
        expect(providers).toHaveLength(2);
        expect(providers[0]).toMatchObject({ provider: 'groq', reason: 'selected' });
        expect(providers[1]).toMatchObject({
          provider: 'mistral',
          reason: 'failover',
          from: 'groq',
          ...(code === '' ? {} : { code }),
        });
        expect(joined(list)).toBe('one two three four five six seven eight');
        expect(list.some(({ type }) => type === 'error')).toBe(false);
        expect(only(list, 'done').finish_reason).toBe('stop');
      } finally {
        await fresh.close();
      }
    },
  );

  it('tells of the failure of all with one error event', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 500 });
    const response = await ask(service.url, question());
    expect(response.status).toBe(200);
    const list = await allEvents(response);
    expect(only(list, 'error')).toMatchObject({ code: 'all_providers_failed', class: 'retryable', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('error');
    expect(list.some(({ type }) => type === 'usage')).toBe(false);
  });
});

describe('failures that are not the provider’s', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp(CLOCKS)));
  afterAll(() => service.close());
  afterEach(() => service.simulator.clear());

  it('asks nobody else about a question that was refused for its content, and holds it against nobody', async () => {
    const refusal = {
      error: { message: 'Content Exists Risk', type: 'invalid_request_error', code: 'invalid_request_error' },
    };
    for (let i = 0; i < 5; i++) {
      for (const provider of service.simulator.all)
        await provider.fault({ kind: 'status', status: 400, body: refusal, times: 1 });
      const list = await allEvents(await ask(service.url, question()));
      expect(only(list, 'error').code).toBe('content_filtered');
      expect(only(list, 'provider').reason).toBe('selected');
      await service.simulator.clear();
    }
    expect(await states(service)).toEqual(['up', 'up', 'up']);
  });

  it('says invalid_request where no provider accepts the request', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 422, times: 1 });
    const list = await allEvents(await ask(service.url, question()));
    expect(only(list, 'error')).toMatchObject({ code: 'invalid_request', retryable: false });
    expect(await states(service)).toEqual(['up', 'up', 'up']);
  });

  it('says context_length_exceeded where the conversation is too long', async () => {
    const tooLong = {
      error: { message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens" },
    };
    for (const provider of service.simulator.all) await provider.fault({ kind: 'status', status: 400, body: tooLong });
    const list = await allEvents(await ask(service.url, question()));
    expect(only(list, 'error').code).toBe('context_length_exceeded');
  });
});

describe('what is known of a provider', () => {
  it('makes a dead provider cost nothing, and a single probe finds out when it is back', async () => {
    const service = await startApp(CLOCKS);
    try {
      const { groq } = service.simulator;
      await groq.fault({ kind: 'no-headers' });
      for (let i = 0; i < 12; i++) await allEvents(await ask(service.url, question()));
      const asked = groq.requests().length;
      const startedAt = performance.now();
      for (let i = 0; i < 10; i++) await allEvents(await ask(service.url, question()));
      expect(performance.now() - startedAt).toBeLessThan(10 * 300);
      expect(groq.requests().filter(({ question: asked }) => asked !== 'ping').length).toBe(asked);
      await groq.clear();
      await eventually(async () => (await states(service))[0] === 'up', 20_000);
      const list = await Promise.all(
        [1, 2, 3].map(async () => allEvents(await ask(service.url, { ...question(), user_id: `p${++session}` }))),
      );
      expect(list.map((events) => only(events, 'provider').provider).sort()).toEqual(['deepseek', 'groq', 'mistral']);
    } finally {
      await service.close();
    }
  });

  it('leaves a rate-limited provider alone until its time, and says when all are', async () => {
    const service = await startApp(CLOCKS);
    try {
      for (const provider of service.simulator.all)
        await provider.fault({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
      const first = only(await allEvents(await ask(service.url, question())), 'error');
      expect(first).toMatchObject({ code: 'provider_rate_limited', retryable: true });
      const asked = service.simulator.all.map((provider) => provider.requests().length);
      const second = await allEvents(await ask(service.url, question()));
      expect(service.simulator.all.map((provider) => provider.requests().length)).toEqual(asked);
      expect(second.some(({ type }) => type === 'provider')).toBe(false);
      expect(only(second, 'error').retry_after_ms).toBeGreaterThan(50_000);
      expect(await states(service)).toEqual(['cooling', 'cooling', 'cooling']);
    } finally {
      await service.close();
    }
  });

  it('asks the same provider once more where it is the only one and refused at once', async () => {
    const service = await startApp({ ...CLOCKS, PROVIDERS: 'groq' });
    try {
      await service.simulator.groq.fault({ kind: 'reset', at: 'before-headers', times: 1 });
      const list = await allEvents(await ask(service.url, question()));
      expect(list.filter(({ type }) => type === 'provider')).toHaveLength(1);
      expect(joined(list)).toContain('eight');
    } finally {
      await service.close();
    }
  });
});

async function states(service: RunningApp): Promise<string[]> {
  const body = (await fetch(`${service.url}/providers`).then((response) => response.json())) as {
    providers: { state: string }[];
  };
  return body.providers.map(({ state }) => state);
}
