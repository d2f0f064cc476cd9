import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { LIVE_MODELS } from '../support/simulator.js';

const TEXT = 'Twice a day the tide rises, and twice a day it falls.';
const CLOCKS = { CONNECT_TIMEOUT_MS: '500', FIRST_TOKEN_TIMEOUT_MS: '500', IDLE_TIMEOUT_MS: '500' };
/** How many readers ask at the same time. */
const CROWD = 4;

interface Reading {
  readonly provider: string;
  readonly whole: boolean;
  readonly ms: number;
}

/** Groq refuses, Mistral stalls, DeepSeek and an extra are well; beside it a service that only has those two. */
let fourth: Simulator;
let service: RunningApp;
let alone: RunningApp;

beforeAll(async () => {
  fourth = await startSimulator({ pace: 'instant', sameAnswer: true });
  const extra = {
    EXTRA_PROVIDERS: 'my-llm',
    MY_LLM_BASE_URL: fourth.groq.baseUrl,
    MY_LLM_MODEL: LIVE_MODELS.groq,
    MY_LLM_API_KEY: 'test-key',
  };
  service = await startApp({ ...CLOCKS, ...extra });
  alone = await startApp({ ...CLOCKS, ...extra, PROVIDERS: 'deepseek,my-llm' });
  await service.simulator.groq.fault({ kind: 'refuse' });
  await service.simulator.mistral.fault({ kind: 'no-token' });
});
afterAll(async () => {
  await Promise.all([service.close(), alone.close()]);
  await fourth.close();
});

async function read({ url }: RunningApp): Promise<Reading> {
  const startedAt = performance.now();
  const response = await ask(url, { ...freshSession(), message: `echo: ${TEXT}` });
  const list = await allEvents(response);
  const whole = joined(list) === TEXT && list.every(({ type }) => type !== 'error');
  const provider = list.find((event) => event.type === 'provider')?.provider ?? '';
  return {
    provider,
    whole: whole && only(list, 'done').finish_reason === 'stop',
    ms: performance.now() - startedAt,
  };
}

/** So many answers, a crowd at a time. */
async function readings(app: RunningApp, count: number): Promise<Reading[]> {
  const all: Reading[] = [];
  const reader = async (): Promise<void> => {
    for (; count > 0;) {
      count--;
      all.push(await read(app));
    }
  };
  await Promise.all(Array.from({ length: CROWD }, reader));
  return all;
}

const median = (list: readonly Reading[]): number =>
  list.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

describe('a thousand questions while one provider refuses and one stalls', () => {
  it('are all answered; once that is known, the other two share them exactly and nobody waits longer', async () => {
    const first = await readings(service, 100);
    const later: Reading[] = [];
    const reference: Reading[] = [];
    // By turns, so that both meet the same weather on this machine.
    for (let round = 0; round < 10; round++) {
      reference.push(...(await readings(alone, 90)));
      later.push(...(await readings(service, 90)));
    }
    expect([...first, ...later].filter(({ whole }) => whole)).toHaveLength(1_000);
    const shares = Map.groupBy(later, ({ provider }) => provider);
    expect([...shares].map(([name, { length }]) => [name, length]).sort()).toEqual([
      ['deepseek', 450],
      ['my-llm', 450],
    ]);
    expect(median(later)).toBeLessThan(1.5 * median(reference));
  });
});
