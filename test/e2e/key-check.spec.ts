import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask } from '../support/events.js';
import { shownProvider } from '../support/provider-states.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({}, { providers: { groq: { expectedKey: 'another' } } });
  await eventually(async () => (await shownProvider(service.url, 'groq'))?.state === 'down');
});
afterAll(() => service.close());

describe('a provider that refuses its key at start', () => {
  it('is down before anybody asks, and says why, since when and until when', async () => {
    const shown = await shownProvider(service.url, 'groq');
    expect(shown).toMatchObject({ state: 'down', code: 'provider_auth' });
    expect(new Date(shown?.since ?? '').toISOString()).toBe(shown?.since);
    expect(Date.parse(shown?.retry_at ?? '')).toBeGreaterThan(Date.parse(shown?.since ?? ''));
  });

  it('costs the others nothing: they are up, and nobody was asked a question', async () => {
    for (const name of ['mistral', 'deepseek'] as const) {
      expect(await shownProvider(service.url, name)).toEqual({ name, model: expect.any(String), state: 'up' });
    }
    const { groq, mistral, deepseek } = service.simulator;
    expect([groq, mistral, deepseek].flatMap((provider) => provider.requests())).toEqual([]);
  });

  it('is not asked by the first readers', async () => {
    for (let n = 0; n < 3; n++) {
      const list = await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: tide' }));
      expect(list.filter((event) => event.type === 'provider')).toHaveLength(1);
    }
    expect(service.simulator.groq.requests()).toEqual([]);
  });
});
