import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer, stop } from '../support/conversations.js';
import { allEvents, ask, events, joined, only, type ReceivedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { complete, user } from '../support/openai.js';

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
