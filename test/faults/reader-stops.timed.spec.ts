import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, history, lastAnswer, readUntil, stop } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, events, joined, only, type ReceivedEvent } from '../support/events.js';
import { ownMs } from '../support/own-time.js';

const UPSTREAM_CLOSED_WITHIN_MS = 100;
const TEXT = Array.from({ length: 100 }, (_, index) => `word${index}`).join(' ');

describe('stopping an answer', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp({}, { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 10 } });
    await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: warm up' }));
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.all.forEach((provider) => provider.forgetRequests()));
  afterEach(() => service.simulator.clear());

  const requests = () => service.simulator.all.flatMap((provider) => [...provider.requests()]);

  /** Asks, and reads on in the background from the `count`th delta on. */
  async function reading(session: ReturnType<typeof freshSession>, count: number) {
    const response = await ask(service.url, { ...session, message: `echo: ${TEXT}` });
    const soFar: ReceivedEvent[] = [];
    const source = events(response);
    for (let deltas = 0; deltas < count;) {
      const { value } = await source.next();
      if (value === undefined) throw new Error('the answer ended too soon');
      soFar.push(value);
      if (value.type === 'delta') deltas++;
    }
    return { answerId: answerIdOf(response), all: Array.fromAsync(source).then((rest) => [...soFar, ...rest]) };
  }

  /** Stops an answer; gives the ms until its provider saw the socket closed, by this process' own clock. */
  const stopping = (answerId: string): Promise<number> =>
    ownMs(async () => {
      expect((await stop(service.url, answerId)).status).toBe(202);
      await eventually(() => requests().at(-1)?.closedByClientAt);
    });

  it('from another connection ends it for all readers, closes the provider’s socket and keeps what was shown', async () => {
    const session = freshSession();
    const { answerId, all } = await reading(session, 5);
    const other = attach(service.url, answerId).then(allEvents);
    const took = await stopping(answerId);

    const list = await all;
    expect(only(list, 'done')).toMatchObject({ finish_reason: 'stopped', message_id: answerId });
    expect(list.some(({ type }) => type === 'error')).toBe(false);
    const shown = joined(list);
    expect(joined(await other)).toBe(shown);
    expect(shown.length).toBeLessThan(TEXT.length);
    expect(await lastAnswer(service.url, session)).toMatchObject({
      id: answerId,
      status: 'stopped',
      finish_reason: 'stopped',
      content: shown,
      accurate: false,
    });
    expect(requests()).toHaveLength(1);
    expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
  });

  it('before its first token ends it with nothing said', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'no-token' });
    const session = freshSession();
    const response = await ask(service.url, { ...session, message: 'echo: hi' });
    await eventually(() => requests().length === 1);
    const took = await stopping(answerIdOf(response));
    const list = await allEvents(response);
    expect(list.map(({ type }) => type)).toEqual(['provider', 'done']);
    expect(await lastAnswer(service.url, session)).toMatchObject({ status: 'stopped', content: '' });
    expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
  });

  it('while a provider keeps it waiting asks nobody else', async () => {
    for (const provider of service.simulator.all) await provider.fault({ kind: 'no-headers' });
    const response = await ask(service.url, { ...freshSession(), message: 'echo: hi' });
    await eventually(() => requests().length === 1);
    await stop(service.url, answerIdOf(response));
    expect(only(await allEvents(response), 'done').finish_reason).toBe('stopped');
    expect(requests()).toHaveLength(1);
  });

  it('twice, at once, or after its end is stopping it once', async () => {
    const session = freshSession();
    const { answerId, all } = await reading(session, 3);
    const replies = await Promise.all([1, 2, 3].map(() => stop(service.url, answerId)));
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202]);
    await all;
    const stored = await history(service.url, session);
    expect((await stop(service.url, answerId)).status).toBe(202);
    expect(await history(service.url, session)).toEqual(stored);
  });

  it('that is complete changes nothing', async () => {
    const session = freshSession();
    const response = await ask(service.url, { ...session, message: 'echo: whole' });
    await allEvents(response);
    expect((await stop(service.url, answerIdOf(response))).status).toBe(202);
    expect(await lastAnswer(service.url, session)).toMatchObject({ status: 'complete', content: 'whole' });
  });

  it('that does not exist is a 404, and leaves the others alone', async () => {
    const { all } = await reading(freshSession(), 1);
    expect((await stop(service.url, 'A'.repeat(22))).status).toBe(404);
    expect(only(await all, 'done').finish_reason).toBe('stop');
  });

  it('is not what leaving does: the session goes on with the text of the stopped answer', async () => {
    const session = freshSession();
    const { answerId, all } = await reading(session, 5);
    await stop(service.url, answerId);
    const shown = joined(await all);
    await allEvents(await ask(service.url, { ...session, message: 'echo: next' }));
    const asked = requests().at(-1)?.body as { messages: { role: string; content: string }[] };
    const last = requests().find(({ question }) => question === 'echo: next')?.body ?? asked;
    expect((last as typeof asked).messages).toContainEqual({ role: 'assistant', content: shown });
  });

  it('lets the next question in at once, with no second answer running', async () => {
    const session = freshSession();
    const { answerId, all } = await reading(session, 2);
    await stop(service.url, answerId);
    await all;
    const next = await ask(service.url, { ...session, message: 'echo: next' });
    expect(next.status).toBe(200);
    expect(joined(await readUntil(next, ({ type }) => type === 'done'))).toBe('next');
  });
});
