import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshSession, history } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, attach, joined, only } from '../support/events.js';
import { openFile } from '../support/history.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { useServices } from '../support/service-stage.js';

const ROUNDS = 20;
const ANSWERS = 100;
/** What is promised: nothing older than this is lost. */
const MOST_TEXT_LOST_MS = 250;
const TOKEN_MS = 25;
const CHARS_PER_ROUND = 4;
const MESSAGE = 'count to 2000';
const WHOLE = Array.from({ length: 2000 }, (_, index) => index + 1).join(', ');

interface Asked {
  session: ReturnType<typeof freshSession>;
  reader: SocketReader;
}

describe('kill -9 while 100 answers run', () => {
  const stage = useServices({ pace: { firstTokenMs: 0, tokenMs: TOKEN_MS } });
  beforeEach(() => stage.start());

  const askMany = (count: number): Promise<Asked[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const session = freshSession();
        const body = { ...session, message: MESSAGE };
        return { session, reader: await openReader(`${stage.service.url}/rr-chat/stream`, { body }) };
      }),
    );

  const textOf = ({ reader }: Asked): string => joined(reader.events().map(({ event }) => event));

  /** Kills the service and starts it again on the same file; gives the moment of the kill (monotonic ms). */
  async function killAndRestart(): Promise<number> {
    const killedAt = performance.now();
    await stage.killAndRestart();
    return killedAt;
  }

  /** How old the oldest piece of shown text is that the history lacks, at `killedAt`; 0 where it has all. */
  async function lost({ session, reader }: Asked, killedAt: number): Promise<number> {
    const [question, answer, ...more] = await history(stage.service.url, session);
    expect(question).toMatchObject({ role: 'user', content: MESSAGE, status: 'complete' });
    expect(answer).toMatchObject({ id: reader.answerId, status: 'interrupted', finish_reason: 'interrupted' });
    expect(more).toEqual([]);
    const stored = String(answer?.content);
    expect(WHOLE.startsWith(stored)).toBe(true);
    let shown = '';
    for (const { event, at } of reader.events()) {
      if (event.type === 'delta') shown += event.content;
      if (shown.length > stored.length) return killedAt - at;
    }
    return 0;
  }

  async function reattached({ session, reader }: Asked): Promise<void> {
    const stored = String((await history(stage.service.url, session))[1]?.content);
    const seen = reader.events();
    const shown = joined(seen.map(({ event }) => event));
    const rest = await allEvents(await attach(stage.service.url, reader.answerId, seen.at(-1)?.cursor));
    expect(shown + joined(rest)).toBe(shown.length > stored.length ? shown : stored);
    expect(only(rest, 'error')).toMatchObject({ code: 'interrupted', retryable: true });
    expect(rest.map(({ type }) => type).slice(-2)).toEqual(['error', 'done']);
    expect(only(rest, 'done')).toMatchObject({ finish_reason: 'interrupted', message_id: reader.answerId });
  }

  async function integrity(): Promise<unknown> {
    const source = await openFile(stage.folder.file);
    const result: unknown = await source.query('PRAGMA integrity_check');
    await source.destroy();
    return result;
  }

  it(`${ROUNDS} times loses no question and at most ${MOST_TEXT_LOST_MS} ms of text, and the database opens clean`, async () => {
    const worst: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const asked = await askMany(ANSWERS);
      // Each round kills at another position in the text, once most readers have got that far.
      const position = round * CHARS_PER_ROUND;
      await eventually(() => asked.filter((one) => textOf(one).length > position).length > ANSWERS * 0.9, 20_000);
      const killedAt = await killAndRestart();
      const ages = await Promise.all(asked.map((one) => lost(one, killedAt)));
      worst.push(Math.max(...ages));
      await Promise.all(asked.slice(0, 20).map(reattached));
      expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
    }
    console.log(`kill -9: ${ROUNDS} survived; oldest text lost ${Math.round(Math.max(...worst))} ms`);
    expect(Math.max(...worst)).toBeLessThanOrEqual(MOST_TEXT_LOST_MS);
    const old = await history(stage.service.url, freshSession());
    expect(old).toEqual([]);
  }, 240_000);

  it('in the middle of a burst of questions keeps every question whose reader had a head', async () => {
    for (let round = 0; round < 3; round++) {
      const heads: Asked[] = [];
      const burst = Array.from({ length: ANSWERS }, async () => {
        const session = freshSession();
        heads.push({
          session,
          reader: await openReader(`${stage.service.url}/rr-chat/stream`, { body: { ...session, message: MESSAGE } }),
        });
      });
      await eventually(() => heads.length > 10 * (1 + round));
      const killedAt = await killAndRestart();
      await Promise.allSettled(burst);
      for (const one of heads) expect(await lost(one, killedAt)).toBeLessThanOrEqual(MOST_TEXT_LOST_MS);
      expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
    }
  });

  it('is survived by the answers that had ended', async () => {
    stage.simulator.configure({ pace: 'instant' });
    const session = freshSession();
    const reader = await openReader(`${stage.service.url}/rr-chat/stream`, {
      body: { ...session, message: 'echo: whole' },
    });
    await reader.closed;
    await killAndRestart();
    const stored = await history(stage.service.url, session);
    expect(stored[1]).toMatchObject({ status: 'complete', content: 'whole', accurate: true });
    const replay = await allEvents(await attach(stage.service.url, reader.answerId));
    expect(replay.map(({ cursor: _, ...event }) => event)).toEqual(reader.events().map(({ event }) => event));
  });
});
