import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { forgive } from '../support/forgive.js';
import { cutsOf } from '../support/seams.js';

const TEXT = 'The **moon** pulls the water;\n\n- it rises\n- it falls\n\nSo it goes, 潮の満ち引き 🌊 every day.';

/** How a provider breaks off, and what readers are told of it. */
const BREAKS: [string, FaultSpec, string][] = [
  ['resets the connection', { kind: 'reset', at: 'cut' }, 'provider_unavailable'],
  ['closes the connection', { kind: 'reset', at: 'cut', how: 'fin' }, 'provider_unavailable'],
  ['resets the connection within an event', { kind: 'reset', at: 'mid-event' }, 'provider_unavailable'],
  ['falls silent', { kind: 'stall' }, 'provider_timeout'],
  ['ends without a finish reason', { kind: 'truncate' }, 'provider_bad_response'],
  ['sends an error event', { kind: 'error-event' }, 'provider_bad_response'],
  ['sends an error event and [DONE]', { kind: 'error-event', done: true }, 'provider_bad_response'],
  ['sends an error in a chunk', { kind: 'error-in-chunk' }, 'provider_unavailable'],
  ['sends an error in a chunk, then nothing', { kind: 'error-in-chunk', done: false }, 'provider_unavailable'],
  ['sends an error field', { kind: 'error-field' }, 'provider_unavailable'],
  ['finishes with error', { kind: 'finish', reason: 'error' }, 'provider_unavailable'],
  ['runs out of resources', { kind: 'finish', reason: 'insufficient_system_resource' }, 'provider_unavailable'],
];

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ CONNECT_TIMEOUT_MS: '300', FIRST_TOKEN_TIMEOUT_MS: '300', IDLE_TIMEOUT_MS: '300' });
});
afterAll(() => service.close());
afterEach(() => service.simulator.clear());

/** An answer to read, and its record afterwards. */
async function answered(message = `echo: ${TEXT}`) {
  const session = freshSession();
  forgive(service);
  const list = await allEvents(await ask(service.url, { ...session, message }));
  return {
    list,
    providers: list.filter((event) => event.type === 'provider'),
    record: await lastAnswer(service.url, session),
  };
}

describe('a provider that fails after some text', () => {
  it.each(BREAKS)('is replaced when it %s, and the next goes on', async (_, fault, code) => {
    for (const provider of service.simulator.all) {
      await provider.fault({ ...fault, afterTokens: 9, on: 'fresh' } as FaultSpec);
    }
    const first = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const { list, providers, record } = await answered();
      first.add(providers[0]!.provider);
      expect(providers).toMatchObject([
        { reason: 'selected' },
        { reason: 'continued', from: providers[0]!.provider, code },
      ]);
      expect(joined(list)).toBe(TEXT);
      expect(list.map(({ type }) => type)).not.toContain('error');
      expect(only(list, 'done').finish_reason).toBe('stop');
      expect(record).toMatchObject({ content: TEXT, status: 'complete', provider: providers[1]!.provider });
      expect(record?.attempts).toMatchObject([{ outcome: 'failed', code }, { outcome: 'ok' }]);
    }
    expect(first.size).toBe(3);
  });

  it('is replaced at every token: readers and the record have the whole answer', async () => {
    for (let cut = 1; cut <= cutsOf(TEXT); cut++) {
      await service.simulator.clear();
      for (const provider of service.simulator.all) {
        await provider.fault({ kind: 'truncate', afterTokens: cut, on: 'fresh' });
      }
      for (let turn = 0; turn < 3; turn++) {
        const { list, providers, record } = await answered();
        expect(joined(list)).toBe(TEXT);
        expect(providers).toHaveLength(2);
        expect(record).toMatchObject({ content: TEXT, status: 'complete' });
      }
    }
  });

  it('is replaced when Groq says only in x_groq.error why it stopped', async () => {
    await service.simulator.groq.fault({ kind: 'x-groq-error', afterTokens: 9, done: true });
    for (let turn = 0; turn < 3; turn++) expect(joined((await answered()).list)).toBe(TEXT);
    expect(service.simulator.groq.requests().some(({ faults }) => faults.includes('x-groq-error'))).toBe(true);
  });

  it('is replaced and left alone when it says with a status that its rate limit is reached', async () => {
    const message = 'Rate limit reached for requests. Please try again in 30s.';
    const { groq } = service.simulator;
    await groq.fault({ kind: 'error-event', status: 429, message, afterTokens: 9, on: 'fresh', times: 1 });
    let turn = await answered();
    while (turn.providers[0]?.provider !== 'groq') turn = await answered();
    expect(joined(turn.list)).toBe(TEXT);
    expect(turn.providers[1]).toMatchObject({ reason: 'continued', code: 'provider_rate_limited' });
    expect(await statesOf(service)).toContain('cooling');
  });

  it('is not replaced when it refuses to go on for what is being said', async () => {
    for (const provider of service.simulator.all) {
      await provider.fault({ kind: 'error-event', message: 'Content Exists Risk', afterTokens: 9 });
    }
    const { list, providers, record } = await answered();
    expect(providers).toHaveLength(1);
    expect(only(list, 'error')).toMatchObject({ code: 'content_filtered', retryable: false });
    expect(TEXT.startsWith(joined(list)) && joined(list) !== '').toBe(true);
    expect(record).toMatchObject({ content: joined(list), status: 'failed', finish_reason: 'error' });
  });

  it('leaves a whole answer alone: whatever comes after the finish reason changes nothing', async () => {
    for (const fault of [{ kind: 'finish-without-done' }, { kind: 'text-after-done' }] as const) {
      for (const provider of service.simulator.all) await provider.fault(fault);
      const { list, providers } = await answered();
      expect(joined(list)).toBe(TEXT);
      expect(providers).toHaveLength(1);
      await service.simulator.clear();
    }
  });

  it('is followed by each of the others once, and by an error that keeps the text when all have failed', async () => {
    for (const provider of service.simulator.all) {
      provider.forgetRequests();
      await provider.fault({ kind: 'truncate', afterTokens: 4, on: 'fresh' });
      await provider.fault({ kind: 'truncate', afterTokens: 14, on: 'continuation' });
    }
    const { list, providers, record } = await answered();
    expect(providers.map(({ reason }) => reason)).toEqual(['selected', 'continued', 'continued']);
    expect(service.simulator.all.map((provider) => provider.requests().length)).toEqual([1, 1, 1]);
    expect(only(list, 'error')).toMatchObject({ code: 'all_providers_failed', retryable: true });
    expect(only(list, 'done').finish_reason).toBe('error');
    expect(TEXT.startsWith(joined(list))).toBe(true);
    expect(joined(list).length).toBeGreaterThan('The **moon**'.length);
    expect(record).toMatchObject({ content: joined(list), status: 'failed', finish_reason: 'error' });
    expect(record?.attempts?.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });
});

async function statesOf({ url }: RunningApp): Promise<string[]> {
  const reply = (await (await fetch(`${url}/providers`)).json()) as { providers: { state: string }[] };
  return reply.providers.map(({ state }) => state);
}
