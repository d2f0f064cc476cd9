import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer, stop } from '../support/conversations.js';
import { allEvents, ask, events, joined, only, type ReceivedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { complete, user } from '../support/openai.js';
import { scrape } from '../support/scrape.js';

const TEXT = 'Twice a day the tide rises, and twice a day it falls.';
const CROWD = 12;
const AWAY: FaultSpec = { kind: 'status', status: 503 };
const PATIENT = { PATIENCE_MS: '30000', MAX_RUNNING_PER_USER: '100' };

let service: RunningApp;
beforeEach(async () => {
  service = await startApp(PATIENT, { reasoning: 'never' });
});
afterEach(() => service.close());

const question = () => ({ ...freshSession(), message: `echo: ${TEXT}` });
const read = async (body: Record<string, unknown> = {}) =>
  allEvents(await ask(service.url, { ...question(), ...body }));

async function allProviders(...faults: FaultSpec[]): Promise<void> {
  for (const provider of service.simulator.all) for (const fault of faults) await provider.fault(fault);
}

function expectWhole(list: readonly ReceivedEvent[]): void {
  expect(joined(list)).toBe(TEXT);
  expect(list.some(({ type }) => type === 'error')).toBe(false);
  expect(only(list, 'done').finish_reason).toBe('stop');
}

const providersOf = (list: readonly ReceivedEvent[]) => list.filter((event) => event.type === 'provider');

describe('while all providers are away for some time', () => {
  it('every answer that runs waits for them, and goes on where it was', async () => {
    await allProviders(
      { kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' },
      { ...AWAY, on: 'continuation', times: 20 },
    );
    const answers = await Promise.all(Array.from({ length: CROWD }, () => read()));
    for (const list of answers) {
      expectWhole(list);
      // Each takes over from the one that was announced before it, however many were asked in silence.
      for (const [n, event] of providersOf(list).entries())
        expect(event.from).toBe(n === 0 ? undefined : providersOf(list)[n - 1]?.provider);
    }
  });

  it('an answer without a word waits, too, and says so nowhere but in its record', async () => {
    await allProviders({ ...AWAY, times: 2 });
    const asked = question();
    const list = await allEvents(await ask(service.url, asked));
    expectWhole(list);
    const attempts = (await lastAnswer(service.url, asked))?.attempts ?? [];
    expect(attempts.map(({ reason }) => reason).filter((reason) => reason === 'retry').length).toBeGreaterThanOrEqual(
      3,
    );
    expect(providersOf(list).length).toBe(attempts.length - attempts.filter(({ reason }) => reason === 'retry').length);
  });

  it('a pinned provider is waited for, in a stream and without one, at both doors', async () => {
    const { groq } = service.simulator;
    await groq.fault({ kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' });
    const away = (): Promise<void> => groq.fault({ ...AWAY, on: 'continuation', times: 1 });
    await away();
    expectWhole(await read({ provider: 'groq' }));
    await away();
    const whole = await fetch(`${service.url}/rr-chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question(), provider: 'groq' }),
    });
    expect(await whole.json()).toMatchObject({ message: { content: TEXT, status: 'complete', provider: 'groq' } });
    await away();
    const completion = await complete(service.url, { model: 'groq', messages: [user(`echo: ${TEXT}`)] });
    expect(await completion.json()).toMatchObject({ choices: [{ message: { content: TEXT }, finish_reason: 'stop' }] });
    expect(await (await fetch(`${service.url}/providers`)).text()).not.toContain('down');
  });

  it('an answer that is stopped, or left by a reader who cancels, ends at once', async () => {
    await allProviders({ kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' }, { ...AWAY, on: 'continuation' });
    const response = await ask(service.url, question());
    const seen: ReceivedEvent[] = [];
    for await (const event of events(response)) {
      seen.push(event);
      if (providersOf(seen).length === 3) await stop(service.url, response.headers.get('x-answer-id') ?? '');
    }
    expect(only(seen, 'done').finish_reason).toBe('stopped');
    expect(TEXT.startsWith(joined(seen))).toBe(true);

    const leaving = new AbortController();
    const left = question();
    await ask(service.url, { ...left, on_disconnect: 'cancel' }, { signal: leaving.signal });
    leaving.abort();
    await eventually(async () => (await lastAnswer(service.url, left))?.status === 'interrupted');
  });
});

describe('when the only provider left rests for its rate limit', () => {
  const RESTS: FaultSpec = { kind: 'status', status: 429, headers: { 'retry-after': '1' } };

  it('a begun answer waits for it and goes on there', async () => {
    const { groq, mistral, deepseek } = service.simulator;
    await groq.fault({ kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' });
    await groq.fault({ ...AWAY, on: 'continuation' });
    await mistral.fault({ ...RESTS, times: 1 });
    await deepseek.fault({ kind: 'status', status: 401 });
    const list = await read();
    expectWhole(list);
    expect(providersOf(list).at(-1)).toMatchObject({ provider: 'mistral', reason: 'continued' });
  });

  it('its probe goes first, then those who wait', async () => {
    const { groq } = service.simulator;
    await groq.fault({ kind: 'status', status: 429, headers: { 'retry-after': '2' }, times: CROWD });
    const answers = await Promise.all(Array.from({ length: CROWD }, () => read({ provider: 'groq' })));
    for (const list of answers) expectWhole(list);
    const [probe, ...others] = groq.requests().filter(({ status }) => status === 200);
    expect(probe?.question).toBe('ping');
    expect(others).toHaveLength(CROWD);
    for (const { at } of others) expect(at).toBeGreaterThanOrEqual(probe?.endedAt ?? Infinity);
  });
});

describe('once the service drains', () => {
  beforeEach(async () => {
    await service.close();
    service = await startApp({ PATIENCE_MS: '600000', IDLE_TIMEOUT_MS: '500' }, { reasoning: 'never' });
  });
  const drain = () => service.app.get(Lifecycle).drain();
  const failedAttempts = () => scrape(service.url, 'rondo_attempts_total', { result: 'failed' });

  it('answers that wait for another round are interrupted, with what they have, at both doors', async () => {
    await allProviders({ kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' }, { ...AWAY, on: 'continuation' });
    const asked = question();
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const reading = ask(service.url, asked).then(allEvents);
    const whole = fetch(`${service.url}/rr-chat`, { ...post, body: JSON.stringify(question()) });
    const completion = complete(service.url, { messages: [user(`echo: ${TEXT}`)] });
    const streamed = complete(service.url, { messages: [user(`echo: ${TEXT}`)], stream: true });
    await eventually(async () => (await failedAttempts()) >= 4 * 3);
    expect(await scrape(service.url, 'rondo_running_answers')).toBe(4);
    drain();
    const list = await reading;
    expect(only(list, 'error')).toMatchObject({ code: 'interrupted', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('interrupted');
    expect(joined(list)).not.toBe('');
    expect(await lastAnswer(service.url, asked)).toMatchObject({ status: 'interrupted', content: joined(list) });
    expect([(await whole).status, await (await whole).json()]).toMatchObject([503, { code: 'interrupted' }]);
    expect([(await completion).status, await (await completion).json()]).toMatchObject([
      503,
      { error: { code: 'interrupted' } },
    ]);
    expect(await (await streamed).text()).toContain('"interrupted"');
  });

  it('answers without a word are interrupted, too', async () => {
    await allProviders(AWAY);
    const reading = read();
    await eventually(async () => (await failedAttempts()) >= 3);
    drain();
    const list = await reading;
    expect(only(list, 'error').code).toBe('interrupted');
    expect(only(list, 'done').finish_reason).toBe('interrupted');
  });

  it('an attempt goes on; where it fails the others are asked, but nobody waits', async () => {
    const { groq, mistral, deepseek } = service.simulator;
    await groq.fault({ kind: 'stall', afterTokens: 3, on: 'fresh' });
    await mistral.fault({ kind: 'stall', afterTokens: 3, forMs: 200, on: 'fresh' });
    await allProviders({ ...AWAY, on: 'continuation' });
    const asked = [{}, { provider: 'mistral' }];
    const answers = await Promise.all(asked.map((more) => ask(service.url, { ...question(), ...more })));
    await eventually(() => groq.requests().length + mistral.requests().length === 2);
    drain();
    const [failed, whole] = await Promise.all(answers.map(allEvents));
    expectWhole(whole!);
    expect(only(failed!, 'error').code).toBe('interrupted');
    expect([mistral, deepseek].map((provider) => provider.requests().some(({ status }) => status === 503))).toEqual([
      true,
      true,
    ]);
  });

  it('an answer that would not have waited ends as it would have', async () => {
    await allProviders({ kind: 'status', status: 422 });
    drain();
    expect(only(await read(), 'error').code).toBe('invalid_request');
  });
});

describe('without patience', () => {
  it('an answer ends as soon as each has failed', async () => {
    await service.close();
    service = await startApp({ PATIENCE_MS: '0' });
    await allProviders(AWAY);
    const list = await read();
    expect(only(list, 'error').code).toBe('all_providers_failed');
    expect(service.simulator.all.flatMap((provider) => provider.requests())).toHaveLength(3);
  });
});
