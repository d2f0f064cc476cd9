import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedRequest } from '../../simulator/provider-simulator.js';
import type { AnswerEvent } from '../../src/wire/answer-event.js';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, lastAnswer, readUntil } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only } from '../support/events.js';
import { openFile, temporaryFolder } from '../support/history.js';
import { ownMs } from '../support/own-time.js';

const UPSTREAM_CLOSED_WITHIN_MS = 100;
const GRACE_MS = 1_000;
const TEXT = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');
const PACE = { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 6 } } as const;

type Session = ReturnType<typeof freshSession>;

const requestsOf = ({ simulator }: RunningApp): RecordedRequest[] =>
  simulator.all.flatMap((provider) => [...provider.requests()]);

const settled = ({ url }: RunningApp, session: Session) =>
  eventually(async () => {
    const answer = await lastAnswer(url, session);
    return answer !== undefined && answer.status !== 'streaming' && answer;
  });

describe('a reader that leaves', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp({ DETACH_GRACE_MS: String(GRACE_MS) }, PACE);
    await allEvents(await ask(service.url, { ...freshSession(), message: 'echo: warm up' }));
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.all.forEach((provider) => provider.forgetRequests()));
  afterEach(() => service.simulator.clear());

  /** When the provider of this question saw its socket closed. */
  const closedAt = (question: string): Promise<number> =>
    eventually(() => requestsOf(service).find((request) => request.question === question)?.closedByClientAt);
  /** From now until then, by this process' own clock. */
  const closing = (session: Session): Promise<number> => ownMs(() => closedAt(questionOf(session)));
  const questionOf = (session: Session) => `echo: ${session.session_id} ${TEXT}`;

  describe('with on_disconnect cancel', () => {
    const cancelling = (session: Session) => ({
      ...session,
      message: questionOf(session),
      on_disconnect: 'cancel',
    });

    it('before the first token closes the provider’s socket at once', async () => {
      for (const provider of service.simulator.all) await provider.fault({ kind: 'no-token' });
      const session = freshSession();
      const leaving = new AbortController();
      await ask(service.url, cancelling(session), { signal: leaving.signal });
      await eventually(() => requestsOf(service).at(-1)?.question === questionOf(session));
      leaving.abort();
      const took = await closing(session);
      expect(await settled(service, session)).toMatchObject({ status: 'interrupted', content: '' });
      expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });

    it.each([1, 50, 200])('after %i characters closes it at once and keeps what was shown', async (count) => {
      const session = freshSession();
      const response = await ask(service.url, cancelling(session));
      let read = 0;
      const enough = (event: AnswerEvent) => event.type === 'delta' && (read += event.content.length) >= count;
      const shown = joined(await readUntil(response, enough));
      const took = await closing(session);
      const stored = await settled(service, session);
      expect(stored).toMatchObject({ status: 'interrupted', finish_reason: 'interrupted' });
      expect(stored.content.startsWith(shown)).toBe(true);
      expect(questionOf(session).startsWith(`echo: ${stored.content}`)).toBe(true);
      expect(stored.content.length).toBeLessThan(TEXT.length);
      expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });

    it('after the last token leaves a complete answer', async () => {
      const session = freshSession();
      await readUntil(await ask(service.url, cancelling(session)), ({ type }) => type === 'done');
      expect(await settled(service, session)).toMatchObject({ status: 'complete' });
    });

    it('goes on for a second reader, until that one leaves too', async () => {
      const session = freshSession();
      const first = await ask(service.url, cancelling(session));
      const second = await attach(service.url, answerIdOf(first));
      const leaving = readUntil(first, ({ type }) => type === 'delta');
      const shown = joined(await readUntil(second, (_, soFar) => joined(soFar).includes('word20')));
      await leaving;
      const took = await closing(session);
      expect((await settled(service, session)).content.startsWith(shown)).toBe(true);
      expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });

    it('from POST /rr-chat closes the provider’s socket at once', async () => {
      const session = freshSession();
      const leaving = new AbortController();
      const reply = fetch(`${service.url}/rr-chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(cancelling(session)),
        signal: leaving.signal,
      });
      await eventually(() => requestsOf(service).at(-1)?.question === questionOf(session));
      const refused = expect(reply).rejects.toThrow();
      leaving.abort();
      const took = await closing(session);
      await refused;
      expect(took).toBeLessThanOrEqual(UPSTREAM_CLOSED_WITHIN_MS);
    });

    it('at any moment leaves no request at a provider open', async () => {
      // No grace ends an answer here: only that its reader was seen to leave.
      const patient = await startApp({ DETACH_GRACE_MS: '600000' }, PACE);
      const leavesAfter = (milliseconds: number): Promise<unknown> =>
        ask(patient.url, cancelling(freshSession()), { signal: AbortSignal.timeout(milliseconds) })
          .then(allEvents)
          .catch(() => undefined);
      const few = [0, 1, 2].map(async (start) => {
        for (let milliseconds = start; milliseconds < 150; milliseconds += 8) await leavesAfter(milliseconds);
      });
      await Promise.all(few);
      await eventually(() => patient.simulator.all.every((provider) => provider.running() === 0));
      expect(requestsOf(patient).length).toBeGreaterThan(5);
      for (const { closedByClientAt } of requestsOf(patient)) expect(closedByClientAt).toBeDefined();
      await patient.close();
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
      expect(await settled(service, session)).toMatchObject({
        status: 'complete',
        finish_reason: 'stop',
        content: TEXT,
      });
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
      const message = `echo: ${TEXT.repeat(10)}`;
      const response = await ask(service.url, { ...session, message });
      const shown = joined(await readUntil(response, ({ type }) => type === 'delta'));
      const leftAt = Date.now();
      const awayFor = (await closedAt(message)) - leftAt;
      expect(awayFor).toBeGreaterThanOrEqual(GRACE_MS - 20);
      expect(awayFor).toBeLessThan(GRACE_MS + 1_000);
      const stored = await settled(service, session);
      expect(stored).toMatchObject({ status: 'interrupted', error: { code: 'interrupted', retryable: true } });
      expect(stored.content.length).toBeGreaterThan(shown.length + 20);
      const late = await allEvents(await attach(service.url, stored.id));
      expect(joined(late)).toBe(stored.content);
      expect(only(late, 'error').code).toBe('interrupted');
      expect(only(late, 'done').finish_reason).toBe('interrupted');
    });
  });
});

describe('a reader that leaves before its answer is opened', () => {
  let service: RunningApp;
  let lock: DataSource;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    service = await startApp({ DATABASE_URL: folder.url, DETACH_GRACE_MS: '60000' }, PACE);
    lock = await openFile(folder.file);
  });
  afterAll(async () => {
    await lock.destroy();
    await service.close();
    await folder.remove();
  });

  /** Asks while the database is locked, and leaves before it is free again. */
  async function leavesEarly(path: string, onDisconnect: string): Promise<Session> {
    const session = freshSession();
    await lock.query('BEGIN IMMEDIATE');
    const leaving = new AbortController();
    const asked = fetch(service.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...session, message: `echo: ${TEXT}`, on_disconnect: onDisconnect }),
      signal: leaving.signal,
    });
    await eventually(async () => {
      const text = await fetch(`${service.url}/metrics`).then((response) => response.text());
      return text.includes('rondo_running_answers 1');
    });
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await lock.query('COMMIT');
    return session;
  }

  it.each(['/rr-chat/stream', '/rr-chat'])(
    'has it ended at once with on_disconnect cancel, from POST %s',
    async (path) => {
      const session = await leavesEarly(path, 'cancel');
      const answer = await settled(service, session);
      expect(answer).toMatchObject({ status: 'interrupted' });
      expect(TEXT.startsWith(answer.content)).toBe(true);
      expect(answer.content).not.toBe(TEXT);
      expect(service.simulator.all.map((provider) => provider.running())).toEqual([0, 0, 0]);
    },
  );

  it.each(['/rr-chat/stream', '/rr-chat'])('has it finished with on_disconnect finish, from POST %s', async (path) => {
    const session = await leavesEarly(path, 'finish');
    expect(await settled(service, session)).toMatchObject({ status: 'complete', content: TEXT });
  });
});
