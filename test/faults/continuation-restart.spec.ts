import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec, RecordedRequest, SimulatorOptions } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';

const TEXT = 'Ebb and flow: the tide turns four times a day.';

let service: RunningApp;
afterEach(() => service.close());

/** A new service, whose first answer begins with Groq; Groq has this fault. */
async function startWithFault(fault: FaultSpec, env: Record<string, string> = {}, options: SimulatorOptions = {}) {
  service = await startApp(env, options);
  await service.simulator.groq.fault(fault);
}

async function answered(more: Record<string, unknown> = {}) {
  const session = freshSession();
  const list = await allEvents(await ask(service.url, { ...session, message: `echo: ${TEXT}`, ...more }));
  const providers = list.filter((event) => event.type === 'provider');
  const atSwitch = list.findLastIndex(({ type }) => type === 'provider');
  return {
    list,
    providers,
    before: list.slice(0, atSwitch),
    after: list.slice(atSwitch),
    record: await lastAnswer(service.url, session),
  };
}

const requestsTo = (name: 'groq' | 'mistral' | 'deepseek'): readonly RecordedRequest[] =>
  service.simulator[name].requests();

describe('an answer of which nothing was shown', () => {
  it('is begun again, without a word about continuing', async () => {
    await startWithFault({ kind: 'truncate', afterTokens: 0 }, {}, { reasoning: 'never' });
    const { list, providers } = await answered();
    expect(providers).toMatchObject([
      { provider: 'groq', reason: 'selected' },
      { provider: 'mistral', reason: 'failover', from: 'groq', code: 'provider_bad_response' },
    ]);
    expect(joined(list)).toBe(TEXT);
    expect(requestsTo('mistral').map(({ body }) => body)).toMatchObject([
      { messages: [{ role: 'user', content: `echo: ${TEXT}` }] },
    ]);
  });
});

describe('an answer of which only reasoning was shown', () => {
  it('is begun again; the reasoning stays and none of a later attempt is sent or stored', async () => {
    await startWithFault({ kind: 'truncate', afterReasoning: 3 }, {}, { reasoning: 'always' });
    const { list, before, after, providers, record } = await answered();
    const reasoning = joined(before, 'reasoning');
    expect(providers[1]).toMatchObject({ provider: 'mistral', reason: 'failover', from: 'groq' });
    expect(reasoning).not.toBe('');
    expect(joined(after, 'reasoning')).toBe('');
    expect(joined(list)).toBe(TEXT);
    expect(record).toMatchObject({ content: TEXT, reasoning, status: 'complete', provider: 'mistral' });
    const [request] = requestsTo('mistral');
    expect(request).toMatchObject({ continuation: 'none' });
    expect(JSON.stringify(request?.body)).not.toContain(reasoning.trim());
  });

  it('shows the reasoning of the next where the one before had none', async () => {
    await startWithFault(
      { kind: 'truncate', afterTokens: 0 },
      {},
      { providers: { groq: { reasoning: 'never' } }, reasoning: 'always' },
    );
    const { before, after, record } = await answered();
    expect(joined(before, 'reasoning')).toBe('');
    expect(joined(after, 'reasoning')).not.toBe('');
    expect(record?.reasoning).toBe(joined(after, 'reasoning'));
  });
});

describe('an answer that broke off after reasoning and text', () => {
  it('keeps both, and the next provider thinks in silence', async () => {
    await startWithFault({ kind: 'truncate', afterTokens: 4 }, {}, { reasoning: 'always' });
    const { list, before, after, providers, record } = await answered();
    const reasoning = joined(before, 'reasoning');
    expect(providers[1]).toMatchObject({ reason: 'continued' });
    expect(reasoning).not.toBe('');
    expect(joined(after, 'reasoning')).toBe('');
    expect(joined(list)).toBe(TEXT);
    expect(record).toMatchObject({ content: TEXT, reasoning, status: 'complete' });
  });
});

describe('with CONTINUE_ANSWERS=false', () => {
  it('an answer that breaks off ends with an error, keeps its text, and asks nobody else', async () => {
    await startWithFault({ kind: 'truncate', afterTokens: 4 }, { CONTINUE_ANSWERS: 'false' });
    const { list, providers, record } = await answered();
    expect(requestsTo('mistral')).toHaveLength(0);
    expect(providers).toHaveLength(1);
    expect(joined(list)).toBe('Ebb and flow:');
    expect(only(list, 'error').code).toBe('provider_bad_response');
    expect(only(list, 'done').finish_reason).toBe('error');
    expect(record).toMatchObject({ content: 'Ebb and flow:', status: 'failed', finish_reason: 'error' });
  });

  it('an answer that fails before its first word is still given by the next', async () => {
    await startWithFault({ kind: 'truncate', afterTokens: 0 }, { CONTINUE_ANSWERS: 'false' });
    const { list, providers } = await answered();
    expect(providers[1]).toMatchObject({ provider: 'mistral', reason: 'failover' });
    expect(joined(list)).toBe(TEXT);
    expect(list.map(({ type }) => type)).not.toContain('error');
  });
});

describe('a pinned provider that breaks off', () => {
  it('is not continued by another: its text is kept with its error', async () => {
    await startWithFault({ kind: 'truncate', afterTokens: 4 });
    const { list, providers, record } = await answered({ provider: 'groq' });
    expect(providers).toHaveLength(1);
    expect(only(list, 'error').code).toBe('provider_bad_response');
    expect(record).toMatchObject({ content: 'Ebb and flow:', status: 'failed' });
  });
});
