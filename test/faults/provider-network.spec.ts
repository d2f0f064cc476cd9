import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';

const TEXT = 'one two three four five six seven eight';
const SHORT = { CONNECT_TIMEOUT_MS: '300', FIRST_TOKEN_TIMEOUT_MS: '300', IDLE_TIMEOUT_MS: '300' };
const TLS = path.join(import.meta.dirname, '../fixtures/tls');

let service: RunningApp;
afterEach(() => service.close());

async function answered(message = `echo: ${TEXT}`) {
  const session = freshSession();
  const list = await allEvents(await ask(service.url, { ...session, message }));
  const providers = list.filter((event) => event.type === 'provider');
  return { list, providers, record: await lastAnswer(service.url, session) };
}

const faultAll = async (fault: FaultSpec) => {
  for (const provider of service.simulator.all) await provider.fault(fault);
};

describe('a provider that can’t be reached', () => {
  async function isReplaced(): Promise<void> {
    const { list, providers, record } = await answered();
    expect(providers).toMatchObject([
      { provider: 'groq', reason: 'selected' },
      { provider: 'mistral', reason: 'failover', from: 'groq', code: 'provider_unavailable' },
    ]);
    expect(joined(list)).toBe(TEXT);
    expect(record).toMatchObject({ status: 'complete', content: TEXT, provider: 'mistral' });
  }

  it('is replaced where its name is unknown', async () => {
    service = await startApp({ GROQ_BASE_URL: 'http://no-such-host.invalid/v1' });
    await isReplaced();
  });

  it('is replaced where its certificate is not trusted, and is sent nothing', async () => {
    let requests = 0;
    const [key, cert] = ['key', 'crt'].map((end) => readFileSync(path.join(TLS, `provider.test.${end}`)));
    const server = createServer({ key, cert }, () => requests++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    service = await startApp({ GROQ_BASE_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await isReplaced();
    expect(requests).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('an answer that is all there', () => {
  it.each<[string, FaultSpec]>([
    ['is reset after its last event', { kind: 'reset', at: 'after-last-event' }],
    ['is closed after its last event', { kind: 'reset', at: 'after-last-event', how: 'fin' }],
    ['has a finish reason and no [DONE]', { kind: 'finish-without-done' }],
    ['has [DONE] and no finish reason', { kind: 'done-without-finish' }],
    ['has text after [DONE]', { kind: 'text-after-done', text: ' and more' }],
    ['is one JSON, no stream', { kind: 'instead-of-stream', body: 'completion-json' }],
  ])('is asked of nobody else where it %s', async (_, fault) => {
    service = await startApp({}, { reasoning: 'never' });
    await faultAll(fault);
    const asked = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const { list, providers, record } = await answered();
      expect(providers).toHaveLength(1);
      asked.add(providers[0]!.provider);
      expect(joined(list)).toBe(TEXT);
      expect(only(list, 'done').finish_reason).toBe('stop');
      expect(record).toMatchObject({ status: 'complete', attempts: [{ outcome: 'ok' }] });
    }
    expect(asked.size).toBe(3);
  });
});

describe('providers that are all slow', () => {
  it.each<[string, FaultSpec]>([
    ['never send headers', { kind: 'no-headers' }],
    ['never say a word', { kind: 'no-token' }],
    ['send comments for ever', { kind: 'comments', everyMs: 20 }],
  ])('cost one clock each, and end in one error, where they %s', async (_, fault) => {
    service = await startApp(SHORT);
    await faultAll(fault);
    const askedAt = performance.now();
    const { list, providers } = await answered();
    expect(performance.now() - askedAt).toBeLessThan(3 * 300 + 1_500);
    expect(new Set(providers.map(({ provider }) => provider)).size).toBe(3);
    expect(only(list, 'error')).toMatchObject({ code: 'all_providers_failed', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('error');
  });

  it('each give what they can: the text of all is kept where the last falls silent, too', async () => {
    service = await startApp(SHORT, { reasoning: 'never' });
    await faultAll({ kind: 'stall', afterTokens: 3 });
    const { list, providers, record } = await answered();
    expect(providers.map(({ reason }) => reason)).toEqual(['selected', 'continued', 'continued']);
    expect(TEXT.startsWith(joined(list)) && joined(list) !== '').toBe(true);
    expect(only(list, 'error').code).toBe('all_providers_failed');
    expect(record).toMatchObject({ status: 'failed', content: joined(list) });
  });

  it('are given up with the whole answer where a token comes now and then, for ever', async () => {
    service = await startApp({ ...SHORT, ANSWER_TIMEOUT_MS: '1500' }, { reasoning: 'never' });
    await faultAll({ kind: 'pace', tokenMs: 100 });
    // Said to its end it would take over three minutes.
    const { list, providers, record } = await answered('count to 2000');
    expect(providers).toHaveLength(1);
    expect(only(list, 'error')).toMatchObject({ code: 'answer_timeout', class: 'request_timeout', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('error');
    expect(joined(list)).not.toBe('');
    expect(record).toMatchObject({ status: 'failed', content: joined(list), error: { code: 'answer_timeout' } });
    const asked = service.simulator.all.flatMap((provider) => provider.requests());
    expect(asked).toHaveLength(1);
    await eventually(() => asked[0]!.closedByClientAt !== undefined, 1_000);
  });
});

describe('a rate limit', () => {
  const inOneMinute = () => ({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
  const wordless = { error: { message: 'Rate limit reached.', type: 'tokens' } };
  const said = { error: { message: 'Rate limit reached. Please try again in 1m0s.', type: 'requests' } };

  it.each<[string, () => Record<string, string>, object | undefined]>([
    ['seconds', () => ({ 'retry-after': '60' }), undefined],
    ['a date', inOneMinute, undefined],
    ['milliseconds', () => ({ 'retry-after-ms': '60000' }), undefined],
    ['a Go duration', () => ({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m0s' }), wordless],
    ['words', () => ({}), said],
  ])('keeps the provider resting for as long as it says, in %s', async (_, headers, body) => {
    service = await startApp();
    await service.simulator.groq.fault({
      kind: 'status',
      status: 429,
      headers: headers(),
      ...(body === undefined ? {} : { body }),
    });
    const { providers } = await answered();
    expect(providers.at(-1)).toMatchObject({ from: 'groq', code: 'provider_rate_limited' });
    const health = (await (await fetch(`${service.url}/health`)).json()) as { providers: HealthOfProvider[] };
    expect(health.providers[0]).toMatchObject({ name: 'groq', state: 'cooling' });
    const restMs = Date.parse(health.providers[0]?.retry_at ?? '') - Date.now();
    expect(restMs).toBeGreaterThan(50_000);
    expect(restMs).toBeLessThanOrEqual(61_000);
    for (let turn = 0; turn < 4; turn++) await answered();
    expect(service.simulator.groq.requests()).toHaveLength(1);
  });
});

interface HealthOfProvider {
  name: string;
  state: string;
  retry_at?: string;
}
