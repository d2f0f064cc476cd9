import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { preloading } from '../support/preload.js';
import { openReader } from '../support/socket-reader.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const TEXT = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

let simulator: Simulator;
let service: Service;
beforeAll(async () => {
  simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 15 } });
});
afterEach(() => service.kill());
afterAll(() => simulator.close());

/** Answers that are running now, read to their end. */
async function running(count: number) {
  const asked = Array.from({ length: count }, () => ({ session: freshSession() }));
  const readers = await Promise.all(
    asked.map(({ session }) =>
      openReader(`${service.url}/rr-chat/stream`, { body: { ...session, message: `echo: ${TEXT}` } }),
    ),
  );
  await eventually(() => readers.every((reader) => reader.events().some(({ event }) => event.type === 'delta')));
  return asked.map(({ session }, index) => ({ session, reader: readers[index]! }));
}

async function expectWhole(asked: Awaited<ReturnType<typeof running>>): Promise<void> {
  for (const { session, reader } of asked) {
    expect(await reader.closed).toBe(true);
    const list = reader.events().map(({ event }) => event);
    expect(joined(list)).toBe(TEXT);
    expect(only(list, 'provider').reason).toBe('selected');
    expect(await lastAnswer(service.url, session)).toMatchObject({ status: 'complete', content: TEXT });
  }
}

describe('an event loop that is blocked for 200 ms, again and again', () => {
  it('breaks no answer and blames no provider', async () => {
    const clocks = { FIRST_TOKEN_TIMEOUT_MS: '1500', IDLE_TIMEOUT_MS: '1500', CONNECT_TIMEOUT_MS: '1500' };
    service = await startService({ ...simulatedProviders(simulator), ...clocks, ...preloading('block-loop.mjs') });
    const asked = await running(20);
    for (let i = 0; i < 5; i++) {
      service.signal('SIGUSR2');
      await delay(250);
    }
    await expectWhole(asked);
    const { providers } = (await fetch(`${service.url}/providers`).then((response) => response.json())) as {
      providers: { state: string }[];
    };
    expect(providers.map(({ state }) => state)).toEqual(['up', 'up', 'up']);
  });
});

describe('a clock that steps back an hour', () => {
  it('breaks no answer, keeps the order of messages and sessions, and makes no time negative', async () => {
    service = await startService({ ...simulatedProviders(simulator), ...preloading('turn-clock-back.mjs') });
    const session = freshSession();
    await allEvents(await ask(service.url, { ...session, message: 'echo: before' }));
    const asked = await running(5);
    service.signal('SIGUSR2');
    await eventually(() => service.output().includes('{"turned":"back"}'));
    await expectWhole(asked);
    for (const { session } of asked) {
      const answer = await lastAnswer(service.url, session);
      for (const ms of [answer?.duration_ms, answer?.time_to_first_token_ms, answer?.attempts?.[0]?.duration_ms])
        expect(ms).toBeGreaterThanOrEqual(0);
    }

    const second = { user_id: session.user_id, session_id: 'second' };
    await allEvents(await ask(service.url, { ...second, message: 'echo: other session' }));
    await allEvents(await ask(service.url, { ...session, message: 'echo: after' }));
    expect((await history(service.url, session)).map(({ content }) => content)).toEqual([
      'echo: before',
      'before',
      'echo: after',
      'after',
    ]);
    const listed = (await fetch(`${service.url}/sessions?user_id=${session.user_id}`).then((r) => r.json())) as {
      sessions: { session_id: string }[];
    };
    expect(listed.sessions.map(({ session_id }) => session_id)).toEqual([session.session_id, 'second']);
  });

  it('keeps nobody out: neither a rate limit nor a resting provider lasts longer for it', async () => {
    service = await startService({
      ...simulatedProviders(simulator),
      ...preloading('turn-clock-back.mjs'),
      RATE_LIMIT: '2',
      RATE_LIMIT_WINDOW_MS: '4000',
    });
    const user = freshSession();
    await simulator.groq.fault({ kind: 'status', status: 429, headers: { 'retry-after': '2' }, times: 1 });
    await allEvents(await ask(service.url, { ...user, message: 'echo: one' }));
    service.signal('SIGUSR2');
    await eventually(() => service.output().includes('{"turned":"back"}'));
    await allEvents(await ask(service.url, { ...user, message: 'echo: two' }));
    const limited = await ask(service.url, { ...user, message: 'echo: three' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeLessThanOrEqual(4);
    expect(only(await allEvents(limited), 'rate_limited').retry_after_ms).toBeLessThanOrEqual(4_000);

    await eventually(async () => (await ask(service.url, { ...user, message: 'echo: four' })).status === 200, 8_000);
    await eventually(async () => {
      const { providers } = (await fetch(`${service.url}/providers`).then((r) => r.json())) as {
        providers: { state: string }[];
      };
      return providers.every(({ state }) => state === 'up');
    }, 8_000);
  });
});
