import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import type { MessageAttempt } from '../../src/wire/message.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, only } from '../support/events.js';
import { forgive } from '../support/forgive.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());
afterEach(() => service.simulator.clear());

/** What readers are told of an answer, and what of each attempt is in the record. */
async function usage() {
  const session = freshSession();
  forgive(service);
  const list = await allEvents(await ask(service.url, { ...session, message: 'echo: one two three four five six' }));
  const record = await lastAnswer(service.url, session);
  return { usage: only(list, 'usage'), record, attempts: record?.attempts ?? [] };
}

/** The same of an answer whose first provider has the fault `first`, and whose second one has `second`. */
async function usageAfter(first: FaultSpec, second?: FaultSpec) {
  for (const provider of service.simulator.all) {
    await provider.fault({ ...first, on: 'fresh' } as FaultSpec);
    if (second !== undefined) await provider.fault({ ...second, on: 'continuation' } as FaultSpec);
  }
  return usage();
}

const sumOf = (attempts: readonly MessageAttempt[]) => attempts.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);

describe('the usage of an answer that two providers gave', () => {
  it('is an estimate where one of them did not report: the record tells which', async () => {
    const { usage, attempts, record } = await usageAfter({ kind: 'truncate', afterTokens: 4 });
    expect(usage.accurate).toBe(false);
    expect(attempts.map(({ accurate }) => accurate)).toEqual([false, true]);
    expect(attempts.every(({ tokens }) => tokens !== undefined && tokens > 0)).toBe(true);
    expect(usage.tokens).toBe(sumOf(attempts));
    expect(record).toMatchObject({ tokens: usage.tokens, accurate: false });
  });

  it('is accurate where both reported, and is the sum', async () => {
    const { usage, attempts } = await usageAfter({ kind: 'finish', reason: 'error', afterTokens: 4 });
    expect(attempts.map(({ outcome, accurate }) => [outcome, accurate])).toEqual([
      ['failed', true],
      ['ok', true],
    ]);
    expect(usage).toMatchObject({ accurate: true, tokens: sumOf(attempts) });
    expect(usage.tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  });

  it('is an estimate where the one that finished did not report', async () => {
    const { usage, attempts } = await usageAfter(
      { kind: 'finish', reason: 'error', afterTokens: 4 },
      { kind: 'usage', mode: 'absent' },
    );
    expect(usage.accurate).toBe(false);
    expect(attempts.map(({ accurate }) => accurate)).toEqual([true, false]);
  });

  it.each([500, 429, 401])('leaves out a provider that said nothing: status %i', async (status) => {
    const { groq, mistral } = service.simulator;
    for (const provider of [groq, mistral]) await provider.fault({ kind: 'status', status });
    const refusals: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const { usage: total, attempts } = await usage();
      const spoke = attempts.filter(({ tokens }) => tokens !== undefined);
      expect(spoke).toMatchObject([{ provider: 'deepseek', outcome: 'ok', accurate: true }]);
      expect(total).toMatchObject({ accurate: true, tokens: spoke[0]?.tokens });
      refusals.push(attempts.length - 1);
    }
    expect(refusals.sort()).toEqual([0, 1, 2]);
  });
});
