import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { forgive } from '../support/forgive.js';
import type { Refusal } from '../support/refusal.js';
import { OF_PROVIDERS } from '../support/refusals-of-providers.js';
import { FINAL, MISFITTING } from '../support/refusals-of-questions.js';

const TEXT = 'The tide comes in.';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());
afterEach(() => service.simulator.clear());

/** The answer whose first provider refuses like this. */
async function answerAfter({ by, status, body, headers }: Refusal) {
  const refusing = service.simulator[by];
  await refusing.fault({ kind: 'status', status, body, times: 1, ...(headers === undefined ? {} : { headers }) });
  forgive(service);
  for (let turn = 0; turn < 3; turn++) {
    const session = freshSession();
    const list = await allEvents(await ask(service.url, { ...session, message: `echo: ${TEXT}` }));
    if (refusing.faults().length > 0) continue;
    const providers = list.filter((event) => event.type === 'provider');
    return { list, providers, record: await lastAnswer(service.url, session), state: await stateOf(by) };
  }
  throw new Error(`${by} was not asked`);
}

async function stateOf(name: string): Promise<string | undefined> {
  const reply = (await (await fetch(`${service.url}/providers`)).json()) as {
    providers: { name: string; state: string }[];
  };
  return reply.providers.find((provider) => provider.name === name)?.state;
}

describe('a provider that refuses', () => {
  it.each([...OF_PROVIDERS, ...MISFITTING])('is replaced: $by refuses $why with $status', async (refusal) => {
    const { list, providers, record, state } = await answerAfter(refusal);
    expect(providers).toMatchObject([
      { provider: refusal.by, reason: 'selected' },
      { reason: 'failover', from: refusal.by, code: refusal.code },
    ]);
    expect(joined(list)).toBe(TEXT);
    expect(list.map(({ type }) => type)).not.toContain('error');
    expect(only(list, 'done').finish_reason).toBe('stop');
    expect(record?.attempts).toMatchObject([{ outcome: 'failed', code: refusal.code }, { outcome: 'ok' }]);
    expect(state).toBe(refusal.state);
  });
});

describe('a question that is refused for itself', () => {
  it.each(FINAL)('ends in one error, in our own words: $by refuses $why with $status', async (refusal) => {
    const { list, providers, record, state } = await answerAfter(refusal);
    expect(providers).toHaveLength(1);
    expect(only(list, 'error')).toMatchObject({ code: refusal.code, retryable: false });
    expect(list.map(({ type }) => type)).toEqual(['provider', 'error', 'done']);
    expect(record).toMatchObject({ status: 'failed', content: '', error: { code: refusal.code } });
    expect(JSON.stringify([list, record])).not.toMatch(/Exists Risk|guardrail|flagged|1048565/);
    expect(state).toBe(refusal.state);
  });
});
