import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedRequest } from '../../simulator/provider-simulator.js';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, lastAnswer, readUntil } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only } from '../support/events.js';

const UPSTREAM_CLOSED_WITHIN_MS = 100;
const GRACE_MS = 400;
const TEXT = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');

describe('a reader that leaves', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp(
      { DETACH_GRACE_MS: String(GRACE_MS) },
      { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 6 } },
    );
    await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: warm up' }));
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.all.forEach((provider) => provider.forgetRequests()));
  afterEach(() => service.simulator.clear());

  const requests = (): RecordedRequest[] => service.simulator.all.flatMap((provider) => [...provider.requests()]);
  const closedByClient = () => eventually(() => requests()[0]?.closedByClientAt);
  const settled = (session: ReturnType<typeof freshSession>) =>
    eventually(async () => {
      const answer = await lastAnswer(service.url, session);
      return answer !== undefined && answer.status !== 'streaming' && answer;
    });

  describe('with on_disconnect cancel', () => {
    it('before the first token closes the provider’s socket at once', async () => {
      for (const provider of service.simulator.all) await provider.fault({ kind: 'no-token' });
      const session = freshSession();
      const leaving = new AbortController();
      const body = { ...session, message: 'echo: hi', on_disconnect: 'cancel' };
      await ask(service.url, body, { signal: leaving.signal });
      await eventually(() => requests().length === 1);
      const leftAt = Date.now();
      leaving.abort();
      expect((await closedByClient()) - leftAt).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
      expect(await settled(session)).toMatchObject({
        status: 'interrupted',
        finish_reason: 'interrupted',
        content: '',
      });
      expect(requests()).toHaveLength(1);
    });

    it.each([1, 5, 20])(
      'after delta %i closes the provider’s socket at once and keeps what was shown',
      async (count) => {
        const session = freshSession();
        const response = await ask(service.url, { ...session, message: `echo: ${TEXT}`, on_disconnect: 'cancel' });
        let deltas = 0;
        const shown = joined(await readUntil(response, ({ type }) => type === 'delta' && ++deltas === count));
        const leftAt = Date.now();
        expect((await closedByClient()) - leftAt).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
        const stored = await settled(session);
        expect(stored.status).toBe('interrupted');
        expect(stored.content.startsWith(shown)).toBe(true);
        expect(TEXT.startsWith(stored.content)).toBe(true);
        expect(stored.content.length).toBeLessThan(TEXT.length);
      },
    );

    it('after the last token leaves a complete answer', async () => {
      const session = freshSession();
      const response = await ask(service.url, { ...session, message: `echo: ${TEXT}`, on_disconnect: 'cancel' });
      await readUntil(response, ({ type }) => type === 'done');
      expect(await settled(session)).toMatchObject({ status: 'complete', content: TEXT });
    });

    it('goes on for a second reader, until that one leaves too', async () => {
      const session = freshSession();
      const first = await ask(service.url, { ...session, message: `echo: ${TEXT}`, on_disconnect: 'cancel' });
      const second = await attach(service.url, answerIdOf(first));
      const leaving = readUntil(first, ({ type }) => type === 'delta');
      const shown = joined(await readUntil(second, (_, soFar) => joined(soFar).includes('word20')));
      await leaving;
      const leftAt = Date.now();
      expect((await closedByClient()) - leftAt).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
      expect((await settled(session)).content.startsWith(shown)).toBe(true);
    });

    it('from POST /rr-chat closes the provider’s socket at once', async () => {
      const leaving = new AbortController();
      const reply = fetch(`${service.url}/rr-chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...freshSession(), message: `echo: ${TEXT}`, on_disconnect: 'cancel' }),
        signal: leaving.signal,
      });
      await eventually(() => requests().length === 1);
      const leftAt = Date.now();
      leaving.abort();
      await expect(reply).rejects.toThrow();
      expect((await closedByClient()) - leftAt).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });

    it('at any moment, before the headers too, leaves no request at a provider open', async () => {
      const leftAt = new Map<string, number>();
      async function leavesAfter(milliseconds: number): Promise<void> {
        const session = freshSession();
        const message = `echo: ${session.session_id} ${TEXT}`;
        const body = { ...session, message, on_disconnect: 'cancel' };
        await ask(service.url, body, { signal: AbortSignal.timeout(milliseconds) })
          .then(allEvents)
          .catch(() => undefined);
        leftAt.set(message, Date.now());
      }
      const few = Array.from({ length: 8 }, async (_, start) => {
        for (let milliseconds = start; milliseconds < 120; milliseconds += 8) await leavesAfter(milliseconds);
      });
      await Promise.all(few);
      await eventually(() => service.simulator.all.every((provider) => provider.running() === 0));
      // Some left before a provider was asked, most while one answered.
      expect(requests().length).toBeGreaterThan(30);
      for (const { closedByClientAt, question } of requests())
        expect(Number(closedByClientAt) - Number(leftAt.get(question))).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });
  });

  describe('with on_disconnect finish', () => {
    it.each([
      ['before the first token', 'provider'],
      ['mid-answer', 'delta'],
    ])('%s finds the whole answer in the history', async (_when, type) => {
      const session = freshSession();
      const response = await ask(service.url, { ...session, message: `echo: ${TEXT}`, on_disconnect: 'finish' });
      await readUntil(response, (event) => event.type === type);
      expect(await settled(session)).toMatchObject({ status: 'complete', finish_reason: 'stop', content: TEXT });
    });

    it('before the headers finds the whole answer in the history', async () => {
      const session = freshSession();
      const leaving = new AbortController();
      const body = { ...session, message: `echo: ${TEXT}`, on_disconnect: 'finish' };
      const asked = ask(service.url, body, { signal: leaving.signal });
      await eventually(() => requests().length === 1);
      leaving.abort();
      await asked.catch(() => undefined);
      expect(await settled(session)).toMatchObject({ status: 'complete', content: TEXT });
    });
  });

  describe('without on_disconnect', () => {
    it('finds the rest when it comes back within the grace', async () => {
      const response = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT}` });
      const before = await readUntil(response, (_, soFar) => joined(soFar).includes('word10'));
      const after = await allEvents(await attach(service.url, answerIdOf(response), before.at(-1)?.cursor));
      expect(joined([...before, ...after])).toBe(TEXT);
      expect(only(after, 'done').finish_reason).toBe('stop');
    });

    it('and stays away has the answer ended as interrupted after the grace, not before', async () => {
      const session = freshSession();
      const text = TEXT.repeat(2);
      const response = await ask(service.url, { ...session, message: `echo: ${text}` });
      const shown = joined(await readUntil(response, ({ type }) => type === 'delta'));
      const leftAt = Date.now();
      const awayFor = (await closedByClient()) - leftAt;
      expect(awayFor).toBeGreaterThanOrEqual(GRACE_MS - 20);
      expect(awayFor).toBeLessThan(GRACE_MS + 500);
      const stored = await settled(session);
      expect(stored).toMatchObject({ status: 'interrupted', error: { code: 'interrupted', retryable: true } });
      expect(stored.content.length).toBeGreaterThan(shown.length + 20);
      const late = await allEvents(await attach(service.url, stored.id));
      expect(joined(late)).toBe(stored.content);
      expect(only(late, 'error').code).toBe('interrupted');
      expect(only(late, 'done').finish_reason).toBe('interrupted');
    });
  });
});
