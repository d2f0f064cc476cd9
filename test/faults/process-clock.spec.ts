import { describe, expect, it } from '@jest/globals';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { preloading } from '../support/preload.js';
import { openReader } from '../support/socket-reader.js';
import { useServices } from '../support/service-stage.js';

const TEXT = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

const stage = useServices({ pace: { firstTokenMs: 0, tokenMs: 15 } });

/** Answers that are running now, read to their end. */
async function running(count: number) {
  const asked = Array.from({ length: count }, () => ({ session: freshSession() }));
  const readers = await Promise.all(
    asked.map(({ session }) =>
      openReader(`${stage.service.url}/rr-chat/stream`, { body: { ...session, message: `echo: ${TEXT}` } }),
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
    expect(await lastAnswer(stage.service.url, session)).toMatchObject({ status: 'complete', content: TEXT });
  }
}

describe('an event loop that is blocked for 200 ms, again and again', () => {
  it('breaks no answer and blames no provider', async () => {
    const clocks = { FIRST_TOKEN_TIMEOUT_MS: '1500', IDLE_TIMEOUT_MS: '1500', CONNECT_TIMEOUT_MS: '1500' };
    await stage.start({ ...clocks, ...preloading('block-loop.mjs') });
    const asked = await running(20);
    for (let times = 1; times <= 5; times++) {
      stage.service.signal('SIGUSR2');
      await eventually(() => stage.service.output().split('{"blocked":200}').length > times);
    }
    await expectWhole(asked);
    const { providers } = (await fetch(`${stage.service.url}/providers`).then((response) => response.json())) as {
      providers: { state: string }[];
    };
    expect(providers.map(({ state }) => state)).toEqual(['up', 'up', 'up']);
  });
});

describe('a clock that steps back an hour', () => {
  it('breaks no answer, keeps the order of messages and sessions, and makes no time negative', async () => {
    await stage.start(preloading('turn-clock-back.mjs'));
    const session = freshSession();
    await allEvents(await ask(stage.service.url, { ...session, message: 'echo: before' }));
    const asked = await running(5);
    stage.service.signal('SIGUSR2');
    await eventually(() => stage.service.output().includes('{"turned":"back"}'));
    await expectWhole(asked);
    for (const { session } of asked) {
      const answer = await lastAnswer(stage.service.url, session);
      for (const ms of [answer?.duration_ms, answer?.time_to_first_token_ms, answer?.attempts?.[0]?.duration_ms])
        expect(ms).toBeGreaterThanOrEqual(0);
    }

    const second = { user_id: session.user_id, session_id: 'second' };
    await allEvents(await ask(stage.service.url, { ...second, message: 'echo: other session' }));
    await allEvents(await ask(stage.service.url, { ...session, message: 'echo: after' }));
    expect((await history(stage.service.url, session)).map(({ content }) => content)).toEqual([
      'echo: before',
      'before',
      'echo: after',
      'after',
    ]);
    const listed = (await fetch(`${stage.service.url}/sessions?user_id=${session.user_id}`).then((r) => r.json())) as {
      sessions: { session_id: string }[];
    };
    expect(listed.sessions.map(({ session_id }) => session_id)).toEqual([session.session_id, 'second']);
  });

  it('keeps nobody out: neither a rate limit nor a resting provider lasts longer for it', async () => {
    await stage.start({
      ...preloading('turn-clock-back.mjs'),
      RATE_LIMIT: '2',
      RATE_LIMIT_WINDOW_MS: '4000',
    });
    const user = freshSession();
    await stage.simulator.groq.fault({ kind: 'status', status: 429, headers: { 'retry-after': '2' }, times: 1 });
    await allEvents(await ask(stage.service.url, { ...user, message: 'echo: one' }));
    stage.service.signal('SIGUSR2');
    await eventually(() => stage.service.output().includes('{"turned":"back"}'));
    await allEvents(await ask(stage.service.url, { ...user, message: 'echo: two' }));
    const limited = await ask(stage.service.url, { ...user, message: 'echo: three' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeLessThanOrEqual(4);
    expect(only(await allEvents(limited), 'rate_limited').retry_after_ms).toBeLessThanOrEqual(4_000);

    await eventually(
      async () => (await ask(stage.service.url, { ...user, message: 'echo: four' })).status === 200,
      8_000,
    );
    await eventually(async () => {
      const { providers } = (await fetch(`${stage.service.url}/providers`).then((r) => r.json())) as {
        providers: { state: string }[];
      };
      return providers.every(({ state }) => state === 'up');
    }, 8_000);
  });
});
