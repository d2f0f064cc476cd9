import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { TokenEstimator } from '../../src/providers/tokens/token-estimator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { allEvents, ask, only } from '../support/events.js';

let service: RunningApp | undefined;
afterEach(() => service?.close());

/** The service with an estimator of its own, and providers that report no usage. */
async function withEstimator(estimate: () => Promise<number>): Promise<RunningApp> {
  const estimator = { estimatePrompt: estimate, estimateCompletion: estimate };
  service = await startApp({}, {}, (builder) => builder.overrideProvider(TokenEstimator).useValue(estimator));
  for (const provider of service.simulator.all) await provider.fault({ kind: 'usage', mode: 'absent' });
  return service;
}

describe('a plugged-in token estimator', () => {
  it('keeps usage and error before done, however long it takes', async () => {
    const { url, simulator } = await withEstimator(() => delay(1_500, 21));
    for (const provider of simulator.all) await provider.fault({ kind: 'truncate', afterTokens: 2 });
    const list = await allEvents(await ask(url, { message: 'echo: one two three four' }));
    expect(list.slice(-3).map(({ type }) => type)).toEqual(['error', 'usage', 'done']);
    expect(only(list, 'usage')).toMatchObject({ accurate: false });
  });

  it('costs the answer nothing but its usage where it fails', async () => {
    const { url } = await withEstimator(() => Promise.reject(new Error('broken')));
    const list = await allEvents(await ask(url, { message: 'echo: one two' }));
    expect(only(list, 'done').finish_reason).toBe('stop');
    expect(list.some(({ type }) => type === 'usage')).toBe(false);
  });
});
