import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedRequest } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, only } from '../support/events.js';
import { shownProvider } from '../support/provider-states.js';
import { openai } from '../support/refusal.js';

let service: RunningApp;
beforeEach(async () => (service = await startApp()));
afterEach(() => service.close());

const isProbe = ({ question }: RecordedRequest) => question === 'ping';

/** What a question to this provider alone failed with. */
async function refusedBy(provider: string, message: string): Promise<string> {
  return only(await allEvents(await ask(service.url, { ...freshSession(), provider, message })), 'error').code;
}

/** What a server may say to one caller, and mean for all. */
const REFUSALS = [
  ['groq', 403, openai('Forbidden', 'permissions_error'), 'provider_auth'],
  ['deepseek', 400, openai('Model Not Exist', 'invalid_request_error'), 'invalid_request'],
  ['mistral', 400, { code: 'invalid-argument', error: 'Incorrect API key provided.' }, 'provider_auth'],
] as const;

describe.each(REFUSALS)('%s, which refuses with %i', (name, status, body, code) => {
  it('is down once a probe is refused in the same way', async () => {
    await service.simulator[name].fault({ kind: 'status', status, body });
    expect(await refusedBy(name, 'Hello?')).toBe(code);
    await eventually(async () => (await shownProvider(service.url, name))?.state === 'down');
    const shown = await shownProvider(service.url, name);
    expect(shown?.code).toBe(code);
    expect(Date.parse(shown?.since ?? '')).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(shown?.retry_at ?? '')).toBeGreaterThan(Date.now());
  });

  it('stays up for everybody where one question is refused, and is probed once for many of them', async () => {
    const provider = service.simulator[name];
    await provider.fault({ kind: 'status', status, body, match: 'forbidden words' });
    for (let n = 0; n < 5; n++) expect(await refusedBy(name, `forbidden words ${n}`)).toBe(code);
    await eventually(() => provider.requests().some(isProbe));
    const list = await allEvents(await ask(service.url, { ...freshSession(), provider: name, message: 'echo: tide' }));
    expect(only(list, 'done').finish_reason).toBe('stop');
    expect(provider.requests().filter(isProbe)).toHaveLength(1);
    expect((await shownProvider(service.url, name))?.state).toBe('up');
  });
});
