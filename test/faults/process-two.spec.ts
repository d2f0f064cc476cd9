import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, attach, joined, only, type ReceivedEvent } from '../support/events.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import type { Service } from '../support/service.js';
import { useServices } from '../support/service-stage.js';

const TEXT = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

const SHARED = 'the database is shared with another process';

interface Asked {
  session: ReturnType<typeof freshSession>;
  reader: SocketReader;
}

describe('two processes on the same file', () => {
  const { start } = useServices({ pace: { firstTokenMs: 0, tokenMs: 20 } });

  const askMany = (service: Service, count: number): Promise<Asked[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const session = freshSession();
        const body = { ...session, message: `echo: ${TEXT}` };
        return { session, reader: await openReader(`${service.url}/rr-chat/stream`, { body }) };
      }),
    );
  const textOf = ({ reader }: Asked) => joined(reader.events().map(({ event }) => event));

  /** Attaches as a client does: as long as it is asked to come back later, it does. */
  async function comeBack(service: Service, answerId: string, cursor: string | undefined): Promise<ReceivedEvent[]> {
    for (;;) {
      const response = await attach(service.url, answerId, cursor);
      if (response.ok) return allEvents(response);
      expect(response.status).toBe(503);
      const wait = Number(response.headers.get('retry-after'));
      expect(wait).toBeGreaterThanOrEqual(1);
      await response.body?.cancel();
      await delay(wait * 250);
    }
  }

  it('break no answer when the first is drained while the second has taken over', async () => {
    const first = await start();
    const asked = await askMany(first, 20);
    await eventually(() => asked.every((one) => textOf(one) !== ''));
    const second = await start();
    await eventually(() =>
      second.logLines().some(({ level, msg }) => level === 'warn' && String(msg).startsWith(SHARED)),
    );
    expect(first.output()).not.toContain(SHARED);
    first.signal('SIGTERM');
    // Half of the readers lose their connection and find only the second process.
    const cut = asked.slice(0, 10);
    for (const { reader } of cut) reader.leave();
    const rests = await Promise.all(
      cut.map(({ reader }) => comeBack(second, reader.answerId, reader.events().at(-1)?.cursor)),
    );
    cut.forEach((one, index) => expect(textOf(one) + joined(rests[index] ?? [])).toBe(TEXT));
    for (const rest of rests) expect(only(rest, 'done').finish_reason).toBe('stop');
    for (const one of asked.slice(10)) {
      expect(await one.reader.closed).toBe(true);
      expect(textOf(one)).toBe(TEXT);
    }
    expect(await first.exited).toBe(0);
    for (const { session } of asked)
      expect(await lastAnswer(second.url, session)).toMatchObject({ status: 'complete', content: TEXT });
  });

  it('leave no answer running for ever when the first is killed while the second serves', async () => {
    const first = await start();
    const second = await start();
    const asked = await askMany(first, 5);
    await eventually(() => asked.every((one) => textOf(one).length > 20));
    expect((await attach(second.url, String(asked[0]?.reader.answerId))).status).toBe(503);
    await first.kill();
    for (const { session, reader } of asked) {
      const rest = await comeBack(second, reader.answerId, reader.events().at(-1)?.cursor);
      expect(only(rest, 'error').code).toBe('interrupted');
      expect(only(rest, 'done').finish_reason).toBe('interrupted');
      expect((await history(second.url, session))[1]).toMatchObject({ status: 'interrupted' });
    }
  });

  it('can be begun at once with a new file, four of them', async () => {
    const four = await Promise.all([start(), start(), start(), start()]);
    const asked = await Promise.all(four.map((service) => askMany(service, 3)));
    await Promise.all(asked.flat().map(({ reader }) => reader.closed));
    for (const { session } of asked.flat())
      for (const service of four)
        expect(await lastAnswer(service.url, session)).toMatchObject({ status: 'complete', content: TEXT });
  });
});
