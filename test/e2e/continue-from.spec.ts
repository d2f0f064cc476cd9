import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultSpec, SimulatorOptions } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, jsonOf, post, problemOf } from '../support/chat-api.js';
import { freshSession, stop } from '../support/conversations.js';
import { allEvents, attach, joined, only } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { contents, lastSent, page, turn, turnEvents } from '../support/turns.js';

const TEXT = 'Ebb and flow: the tide turns four times a day, for the moon is what pulls the water.';
const MESSAGE = `echo: ${TEXT}`;

let service: RunningApp;
afterEach(() => service.close());

const start = async (env: Record<string, string> = {}, options: SimulatorOptions = {}) =>
  (service = await startApp(env, { reasoning: 'never', ...options }));

/** Breaks off after some text at every provider, and nobody goes on. */
async function failing(fault: FaultSpec = { kind: 'truncate', afterTokens: 6, on: 'fresh' }): Promise<void> {
  for (const provider of service.simulator.all) {
    await provider.fault(fault);
    await provider.fault({ kind: 'status', status: 500, on: 'continuation' });
  }
}

/** A session with an answer that failed in its middle. */
async function cutShort(fields: Record<string, unknown> = {}) {
  const session = freshSession();
  await failing();
  const list = await turnEvents(service.url, session, { message: MESSAGE, ...fields });
  await service.simulator.clear();
  const old = only(list, 'done').message_id;
  return { session, old, shown: joined(list), reasoning: joined(list, 'reasoning') };
}

describe('an answer that is continued', () => {
  it('begins with who goes on and the text as it stood, takes the place of the old one, and is whole', async () => {
    await start();
    const { session, old, shown } = await cutShort();
    expect(shown).not.toBe('');
    const list = await turnEvents(service.url, session, { continue_from: old });
    expect(list[0]).toMatchObject({
      type: 'provider',
      reason: 'continued',
      from: 'groq',
      code: 'all_providers_failed',
    });
    expect(list[1]).toMatchObject({ type: 'delta', content: shown });
    expect(joined(list)).toBe(TEXT);
    expect(only(list, 'done')).toMatchObject({ finish_reason: 'stop' });
    const messages = await page(service.url, session);
    expect(contents(messages)).toEqual([MESSAGE, TEXT]);
    const { message_id } = only(list, 'done');
    expect(messages[1]).toMatchObject({ id: message_id, status: 'complete', versions: [old, message_id] });
    expect(joined(await allEvents(await attach(service.url, old)))).toBe(shown);
  });

  it.each(['groq', 'mistral', 'deepseek'] as const)(
    'goes on at %s as after a break: the old text is sent once, nothing of it is repeated',
    async (provider) => {
      await start();
      const { session, old, shown } = await cutShort();
      const list = await turnEvents(service.url, session, { continue_from: old, provider });
      expect(joined(list)).toBe(TEXT);
      const request = service.simulator[provider].requests().at(-1);
      expect(request).toMatchObject({ question: MESSAGE });
      expect(request?.continuation).not.toBe('none');
      const sent = lastSent(service).filter(({ role }) => role === 'assistant');
      expect(sent).toMatchObject([{ content: shown }]);
    },
  );

  it('keeps the reasoning as it stood, and shows none of the one who goes on', async () => {
    await start({}, { reasoning: 'always' });
    const { session, old, shown, reasoning } = await cutShort();
    expect(reasoning).not.toBe('');
    const list = await turnEvents(service.url, session, { continue_from: old });
    expect(list.slice(0, 3)).toMatchObject([
      { type: 'provider' },
      { type: 'reasoning', content: reasoning },
      { type: 'delta', content: shown },
    ]);
    expect(joined(list, 'reasoning')).toBe(reasoning);
    expect((await page(service.url, session))[1]).toMatchObject({ content: TEXT, reasoning });
  });

  it('tells what its own attempts used, and nothing of the old one', async () => {
    await start();
    const { session, old } = await cutShort();
    const usage = only(await turnEvents(service.url, session, { continue_from: old, provider: 'mistral' }), 'usage');
    const [, answer] = await page(service.url, session);
    expect(answer?.attempts).toEqual([expect.objectContaining({ provider: 'mistral', outcome: 'ok' })]);
    expect(answer).toMatchObject({ provider: 'mistral', tokens: usage.tokens, accurate: true });
    const before = (await page(service.url, session, `&version=${old}`))[0];
    expect(before?.attempts).toHaveLength(3);
  });

  it('may be one that was stopped', async () => {
    await start();
    const session = freshSession();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 5, times: 1 });
    const running = await begin(service.url, { ...session, message: MESSAGE, provider: 'mistral' });
    await running.until('delta');
    await stop(service.url, running.id);
    const shown = joined(await running.rest());
    const list = await turnEvents(service.url, session, { continue_from: running.id });
    expect(list[0]).toMatchObject({ reason: 'continued', from: 'mistral' });
    expect(list[0]).not.toHaveProperty('code');
    expect([list[1], joined(list)]).toEqual([expect.objectContaining({ content: shown }), TEXT]);
  });

  it('may be one that ran into the limit of its tokens', async () => {
    await start();
    const session = freshSession();
    await service.simulator.groq.fault({ kind: 'finish', reason: 'length', afterTokens: 6, times: 1 });
    const limited = await turnEvents(service.url, session, { message: MESSAGE, provider: 'groq' });
    expect(only(limited, 'done').finish_reason).toBe('length');
    const list = await turnEvents(service.url, session, { continue_from: only(limited, 'done').message_id });
    expect(joined(list)).toBe(TEXT);
    expect(only(list, 'done').finish_reason).toBe('stop');
  });

  it('may be one that still runs, where that is superseded', async () => {
    await start();
    const session = freshSession();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 5, times: 1 });
    const running = await begin(service.url, { ...session, message: MESSAGE, provider: 'mistral' });
    await running.until('delta');
    const list = await turnEvents(service.url, session, { continue_from: running.id, supersede: true });
    expect((await running.rest()).at(-1)).toMatchObject({ finish_reason: 'stopped' });
    expect([list[1], joined(list)]).toEqual([expect.objectContaining({ content: joined(running.seen) }), TEXT]);
  });

  it('goes on once more from one that was continued and broke off again, each character once', async () => {
    await start();
    const { session, old, shown } = await cutShort();
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 12, on: 'continuation' });
    const second = await turnEvents(service.url, session, { continue_from: old, provider: 'mistral' });
    await service.simulator.clear();
    expect(joined(second).length).toBeGreaterThan(shown.length);
    const third = await turnEvents(service.url, session, { continue_from: only(second, 'done').message_id });
    expect([third[1], joined(third)]).toEqual([expect.objectContaining({ content: joined(second) }), TEXT]);
    expect(third[0]).toMatchObject({ from: 'mistral', code: 'provider_bad_response' });
    expect((await page(service.url, session))[1]?.versions).toHaveLength(3);
  });

  it('goes to the next provider where the first fails before its first new token, which tells of no break', async () => {
    await start();
    const { session, old } = await cutShort();
    await service.simulator.mistral.fault({ kind: 'status', status: 500 });
    await service.simulator.deepseek.fault({ kind: 'status', status: 500 });
    const list = await turnEvents(service.url, session, { continue_from: old });
    const providers = list.filter((event) => event.type === 'provider');
    expect(new Set(providers.map(({ reason }) => reason))).toEqual(new Set(['continued']));
    expect(providers.at(-1)).toMatchObject({ provider: 'groq' });
    expect(joined(list)).toBe(TEXT);
    expect(list.filter(({ type }) => type === 'error')).toEqual([]);
  });

  it('fails with the old text kept where nobody can go on', async () => {
    await start();
    const { session, old, shown } = await cutShort();
    await failing({ kind: 'status', status: 500, on: 'fresh' });
    const list = await turnEvents(service.url, session, { continue_from: old, provider: 'mistral' });
    expect(joined(list)).toBe(shown);
    expect(only(list, 'error')).toMatchObject({ code: 'provider_unavailable' });
    const [, answer] = await page(service.url, session);
    expect(answer).toMatchObject({ content: shown, status: 'failed', finish_reason: 'error' });
    // Who was asked wrote nothing of it.
    expect(answer).toMatchObject({ provider: 'groq', attempts: [{ provider: 'mistral', outcome: 'failed' }] });
  });

  it('keeps the old text also where nobody may even be asked', async () => {
    await start();
    const { session, old, shown } = await cutShort();
    for (const provider of service.simulator.all)
      await provider.fault({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    await turn(service.url, freshSession(), { message: 'Hi' });
    const list = await turnEvents(service.url, session, { continue_from: old });
    expect(list.map(({ type }) => type)).toEqual(['delta', 'error', 'done']);
    expect(joined(list)).toBe(shown);
    expect((await page(service.url, session))[1]).toMatchObject({ content: shown, status: 'failed' });
    const again = await allEvents(await attach(service.url, only(list, 'done').message_id));
    expect(again).toEqual(list);
  });

  it('comes as one JSON, too, and can be asked for where broken answers are not continued by themselves', async () => {
    await start({ CONTINUE_ANSWERS: 'false' });
    const { session, old } = await cutShort();
    const reply = await post(service.url, '/rr-chat', { ...session, continue_from: old });
    expect(jsonOf<{ message: object }>(reply).message).toMatchObject({ content: TEXT, status: 'complete' });
  });

  it('has to have been cut short, and to have text', async () => {
    await start();
    const session = freshSession();
    const whole = await turn(service.url, session, { message: 'echo: whole' });
    const refused = await post(service.url, '/rr-chat/stream', { ...session, continue_from: whole });
    expectProblem(refused, 400, 'invalid_request');
    expect(problemOf(refused)).toMatchObject({
      detail: expect.stringContaining('whole'),
      errors: [{ path: 'continue_from' }],
    });
    await failing({ kind: 'status', status: 500, on: 'fresh' });
    const empty = await turn(service.url, session, { message: 'echo: nothing' });
    await service.simulator.clear();
    const nothing = await post(service.url, '/rr-chat/stream', { ...session, continue_from: empty });
    expectProblem(nothing, 400, 'invalid_request');
    expect(problemOf(nothing).detail).toContain('no text');
    expect(contents(await page(service.url, session))).toEqual(['echo: whole', 'whole', 'echo: nothing', '']);
  });
});
