import { describe, expect, it } from '@jest/globals';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only } from '../support/events.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { freePort } from '../support/service.js';
import { useServices } from '../support/service-stage.js';

const TEXT = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
const LONG = { message: 'count to 2000' };

describe('SIGTERM', () => {
  const stage = useServices({ pace: { firstTokenMs: 0, tokenMs: 15 } });
  const { start } = stage;

  const statusOf = (path: string) =>
    fetch(stage.service.url + path).then(
      ({ status }) => status,
      () => 0,
    );
  const reading = (body: Record<string, unknown>) => openReader(`${stage.service.url}/rr-chat/stream`, { body });
  const textOf = (reader: SocketReader) => joined(reader.events().map(({ event }) => event));
  const requests = () => stage.simulator.all.flatMap((provider) => provider.requests()).length;
  const whenSpoken = (readers: readonly SocketReader[]) =>
    eventually(() => readers.every((reader) => textOf(reader) !== ''));

  it('turns ready to 503 at once, refuses new answers after the delay, and lets running ones finish', async () => {
    const port = String(await freePort());
    await start({ SHUTDOWN_DELAY_MS: '500', PORT: port });
    const session = freshSession();
    const running = await reading({ ...session, message: `echo: ${TEXT}` });
    await whenSpoken([running]);
    const signalledAt = performance.now();
    stage.service.signal('SIGTERM');
    await eventually(async () => (await statusOf('/health/ready')) === 503, 300);
    expect(await statusOf('/health/live')).toBe(200);

    const during = await reading({ ...freshSession(), message: 'echo: still served' });
    expect(during.status).toBe(200);
    const refused = await eventually(async () => {
      const response = await ask(stage.service.url, { ...freshSession(), message: 'echo: too late' });
      return response.status === 503 && response;
    });
    expect(performance.now() - signalledAt).toBeGreaterThanOrEqual(450);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({ code: 'server_draining', status: 503 });

    // A reader that lost its connection may still come back.
    const back = await allEvents(await attach(stage.service.url, running.answerId, running.events()[1]?.cursor));
    expect(only(back, 'done').finish_reason).toBe('stop');
    expect(await running.closed).toBe(true);
    expect(textOf(running)).toBe(TEXT);
    expect(await stage.service.exited).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(8_000);

    await start({ PORT: port });
    expect(await lastAnswer(stage.service.url, session)).toMatchObject({ status: 'complete', content: TEXT });
  });

  it('ends what does not finish within the grace as interrupted, stores it, and exits with 0', async () => {
    await start({ SHUTDOWN_GRACE_MS: '400' });
    const asked = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const session = freshSession();
        return { session, reader: await reading({ ...session, ...LONG }) };
      }),
    );
    await whenSpoken(asked.map(({ reader }) => reader));
    const reply = fetch(`${stage.service.url}/rr-chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...freshSession(), ...LONG }),
    });
    await eventually(() => requests() > asked.length);
    const signalledAt = performance.now();
    stage.service.signal('SIGTERM');
    expect(await stage.service.exited).toBe(0);
    const took = performance.now() - signalledAt;
    expect(took).toBeGreaterThanOrEqual(400);
    expect(took).toBeLessThan(5_000);
    expect(await reply.then((response) => response.json())).toMatchObject({ code: 'interrupted', status: 503 });

    await start();
    for (const { session, reader } of asked) {
      expect(await reader.closed).toBe(true);
      const list = reader.events().map(({ event }) => event);
      expect(only(list, 'error')).toMatchObject({ code: 'interrupted', retryable: true });
      expect(list.at(-1)).toMatchObject({ type: 'done', finish_reason: 'interrupted', message_id: reader.answerId });
      const [question, answer] = await history(stage.service.url, session);
      expect(question?.content).toBe(LONG.message);
      expect(answer).toMatchObject({ status: 'interrupted', content: textOf(reader), accurate: false });
      const replay = await allEvents(await attach(stage.service.url, reader.answerId));
      expect(replay.map(({ cursor: _, ...event }) => event).slice(-3)).toEqual(list.slice(-3));
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('a second time (%s) ends at once, with everything stored', async (second) => {
    await start({ SHUTDOWN_DELAY_MS: '20000', SHUTDOWN_GRACE_MS: '20000' });
    const session = freshSession();
    const reader = await reading({ ...session, ...LONG });
    await whenSpoken([reader]);
    stage.service.signal('SIGTERM');
    await eventually(async () => (await statusOf('/health/ready')) === 503);
    expect(
      only(
        (await attachedNow(reader)).map(({ event }) => event),
        'provider',
      ).reason,
    ).toBe('selected');
    const hurriedAt = performance.now();
    stage.service.signal(second);
    expect(await stage.service.exited).toBe(0);
    expect(performance.now() - hurriedAt).toBeLessThan(3_000);
    expect(reader.events().at(-1)?.event).toMatchObject({ type: 'done', finish_reason: 'interrupted' });
    await start();
    expect(await lastAnswer(stage.service.url, session)).toMatchObject({
      status: 'interrupted',
      content: textOf(reader),
    });
  });

  /** What someone who attaches now gets at once. */
  async function attachedNow({ answerId }: SocketReader) {
    const other = await openReader(`${stage.service.url}/rr-chat/stream/${answerId}`, { method: 'GET' });
    await whenSpoken([other]);
    const seen = other.events();
    other.leave();
    return seen;
  }

  it.each([1, 15, 40])(
    'after %i accepted questions of a burst leaves each question either answered whole or neither stored nor asked',
    async (after) => {
      await start({ SHUTDOWN_GRACE_MS: '20000' });
      await allEvents(await ask(stage.service.url, { ...freshSession(), message: 'echo: warm up' }));
      let accepted = 0;
      const burst = Array.from({ length: 60 }, async () => {
        const session = freshSession();
        const reader = await reading({ ...session, message: 'echo: one two three four' }).catch(() => undefined);
        if (reader?.status === 200) accepted++;
        return { session, reader };
      });
      await eventually(() => accepted >= after);
      stage.service.signal('SIGTERM');
      const asked = await Promise.all(burst);
      expect(await stage.service.exited).toBe(0);

      await start();
      for (const { session, reader } of asked) {
        const [question, answer] = await history(stage.service.url, session);
        if (reader?.status !== 200) expect(question).toBeUndefined();
        else {
          expect(textOf(reader)).toBe('one two three four');
          expect(reader.events().at(-1)?.event).toMatchObject({ type: 'done', finish_reason: 'stop' });
          expect(answer).toMatchObject({ status: 'complete', content: 'one two three four' });
        }
      }
    },
  );

  it('without anything to do exits with 0 at once', async () => {
    await start({ SHUTDOWN_GRACE_MS: '20000' });
    const idle = await fetch(`${stage.service.url}/health/live`);
    expect(idle.ok).toBe(true);
    const signalledAt = performance.now();
    expect(await stage.service.stop()).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(3_000);
  });

  it('waits for no provider that may come back: the answer ends as interrupted, and is stored', async () => {
    const env = { PATIENCE_MS: '600000', SHUTDOWN_GRACE_MS: '600000' };
    for (const provider of stage.simulator.all) {
      await provider.fault({ kind: 'reset', at: 'cut', afterTokens: 3, on: 'fresh' });
      await provider.fault({ kind: 'status', status: 503, on: 'continuation' });
    }
    await start(env);
    const session = freshSession();
    const waiting = await reading({ ...session, message: `echo: ${TEXT}` });
    await eventually(() => requests() > 3);
    stage.service.signal('SIGTERM');
    expect(await stage.service.exited).toBe(0);
    await stage.simulator.clear();
    expect(waiting.events().at(-1)?.event).toMatchObject({ type: 'done', finish_reason: 'interrupted' });
    await start();
    expect(await lastAnswer(stage.service.url, session)).toMatchObject({
      status: 'interrupted',
      content: textOf(waiting),
    });
  });

  it('is not held up by a reader that reads nothing', async () => {
    await start({ SHUTDOWN_GRACE_MS: '500' });
    for (const provider of stage.simulator.all)
      await provider.fault({ kind: 'text', longLineBytes: 6_000_000, times: 1 });
    const session = freshSession();
    const body = { ...session, message: `echo: ${TEXT}` };
    const stuck = await openReader(`${stage.service.url}/rr-chat/stream`, { body, paused: true });
    await eventually(async () => (await lastAnswer(stage.service.url, session))?.status === 'complete');
    const signalledAt = performance.now();
    expect(await stage.service.stop()).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(8_000);
    stuck.leave();
  });
});
