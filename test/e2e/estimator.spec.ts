import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { TokenEstimator } from '../../src/providers/tokens/token-estimator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, only } from '../support/events.js';
import { eventually } from '../support/eventually.js';

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

  it('is waited for only so long, and then the length of the text decides', async () => {
    const { url } = await withEstimator(() => new Promise(() => undefined));
    const message = 'echo: one two three four';
    const list = await allEvents(await ask(url, { message }));
    expect(list.slice(-2).map(({ type }) => type)).toEqual(['usage', 'done']);
    const usage = only(list, 'usage');
    expect(usage).toMatchObject({ accurate: false });
    expect(usage.prompt_tokens).toBeGreaterThanOrEqual(message.length / 4);
    expect(usage.completion_tokens).toBeGreaterThanOrEqual('one two three four'.length / 4);
  });

  it('finds an answer that has ended in the history, and its session free', async () => {
    const session = freshSession();
    const ended = async (content: string) => {
      const answer = await lastAnswer(service!.url, session);
      return answer?.status === 'complete' && answer.content === content && answer;
    };
    let found: Promise<unknown> | undefined;
    const look = async (): Promise<unknown> => {
      const answer = await eventually(() => ended('one two'));
      const next = await eventually(async () => {
        const response = await ask(service!.url, { ...session, message: 'echo: next' });
        return response.status !== 409 && response;
      });
      await allEvents(next);
      return answer;
    };
    // The second question, which is asked while the first answer is being counted, is counted at once.
    const { url } = await withEstimator(async () => {
      if (found === undefined) await (found = look());
      return 21;
    });
    await allEvents(await ask(url, { ...session, message: 'echo: one two' }));
    expect(await found).toMatchObject({ finish_reason: 'stop' });
    await eventually(async () => {
      const answer = await ended('next');
      return answer && answer.tokens === 42;
    });
  });

  it('costs the answer nothing but its usage where it fails', async () => {
    const { url } = await withEstimator(() => Promise.reject(new Error('broken')));
    const list = await allEvents(await ask(url, { message: 'echo: one two' }));
    expect(only(list, 'done').finish_reason).toBe('stop');
    expect(list.some(({ type }) => type === 'usage')).toBe(false);
  });
});
