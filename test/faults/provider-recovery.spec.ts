import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec, RecordedRequest } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';

const CLOCK_MS = 400;
const CLOCKS = {
  CONNECT_TIMEOUT_MS: String(CLOCK_MS),
  FIRST_TOKEN_TIMEOUT_MS: String(CLOCK_MS),
  IDLE_TIMEOUT_MS: String(CLOCK_MS),
};

let service: RunningApp;
afterEach(() => service.close());

const isProbe = ({ question }: RecordedRequest) => question === 'ping';

/** One answer, which must be whole, and for how long its reader waited. */
async function answer(): Promise<{ provider: string; providers: number; ms: number }> {
  const startedAt = performance.now();
  const list = await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: high tide' }));
  expect(joined(list)).toBe('high tide');
  expect(only(list, 'done').finish_reason).toBe('stop');
  const providers = list.filter((event) => event.type === 'provider');
  return { provider: providers[0]!.provider, providers: providers.length, ms: performance.now() - startedAt };
}

async function stateOf(name: string): Promise<string> {
  const reply = (await (await fetch(`${service.url}/providers`)).json()) as {
    providers: { name: string; state: string }[];
  };
  return reply.providers.find((provider) => provider.name === name)?.state ?? '';
}

/** Asks until Groq is known to be out of order. */
async function untilGroqIsOut(): Promise<void> {
  await eventually(async () => {
    await answer();
    return (await stateOf('groq')) !== 'up';
  });
}

/** When a probe began and when it was over. */
const timesOf = (probe: RecordedRequest) => ({
  from: probe.at,
  to: probe.endedAt ?? probe.closedByClientAt ?? Infinity,
});

describe('a provider that is out of order', () => {
  const faults: [string, FaultSpec][] = [
    ['hangs', { kind: 'no-headers' }],
    ['answers 500', { kind: 'status', status: 500 }],
    ['breaks off', { kind: 'truncate', afterTokens: 0 }],
  ];

  it.each(faults)('is left to one probe at a time, for which no reader waits: it %s', async (_, fault) => {
    service = await startApp(CLOCKS);
    const { groq } = service.simulator;
    await groq.fault(fault);
    await untilGroqIsOut();
    groq.forgetRequests();

    const waits: number[] = [];
    await eventually(async () => {
      const { provider, providers, ms } = await answer();
      expect(provider).not.toBe('groq');
      expect(providers).toBe(1);
      waits.push(ms);
      return groq.requests().length >= 2;
    }, 10_000);
    // Half the clock: nobody was behind a probe, which hangs for all of it.
    expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(CLOCK_MS / 2);
    expect(groq.requests().every(isProbe)).toBe(true);
    const [first, second] = groq.requests().map(timesOf);
    expect(second!.from).toBeGreaterThanOrEqual(first!.to);
    expect(groq.requests()[0]?.body).toMatchObject({ max_completion_tokens: 1 });
  });

  it('is back in turn as soon as a probe was answered, and is not probed any more', async () => {
    service = await startApp(CLOCKS);
    const { groq } = service.simulator;
    await groq.fault({ kind: 'reset', at: 'before-headers' });
    await untilGroqIsOut();
    groq.forgetRequests();
    await groq.clear();
    await eventually(async () => (await stateOf('groq')) === 'up', 10_000);
    expect(groq.requests().map(isProbe)).toEqual([true]);
    const selected = [await answer(), await answer(), await answer()].map(({ provider }) => provider);
    expect(selected.sort()).toEqual(['deepseek', 'groq', 'mistral']);
    expect(groq.requests().filter(isProbe)).toHaveLength(1);
  });

  it('is asked as a last resort, and an answer of its own brings it back without a probe', async () => {
    service = await startApp({ ...CLOCKS, PROVIDERS: 'groq' });
    const { groq } = service.simulator;
    await groq.fault({ kind: 'status', status: 401, times: 1 });
    await allEvents(await ask(service.url, freshSession()));
    expect(await stateOf('groq')).toBe('down');
    await answer();
    expect(await stateOf('groq')).toBe('up');
    expect(groq.requests().some(isProbe)).toBe(false);
  });
});

describe('a provider at its rate limit', () => {
  it('is asked again when its time has come, not by a reader, and never counts as broken', async () => {
    service = await startApp(CLOCKS);
    const { groq } = service.simulator;
    await groq.fault({ kind: 'status', status: 429, headers: { 'retry-after': '1' }, times: 2 });
    await untilGroqIsOut();
    const askedAt = groq.requests()[0]!.at;
    await eventually(async () => {
      const { provider } = await answer();
      return provider === 'groq';
    }, 10_000);
    const [, ...later] = groq.requests();
    const probes = later.filter(isProbe);
    expect(later.slice(0, probes.length)).toEqual(probes);
    expect(probes).toHaveLength(2);
    expect(probes[0]!.at - askedAt).toBeGreaterThanOrEqual(990);
    expect(probes[1]!.at - probes[0]!.at).toBeGreaterThanOrEqual(990);
  });
});
