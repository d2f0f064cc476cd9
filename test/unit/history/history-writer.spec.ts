import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewTurn } from '../../../src/history/history-store.js';
import { HistoryWriter } from '../../../src/history/history-writer.js';
import { PrometheusMetrics } from '../../../src/metrics/prometheus.metrics.js';
import { killScripts, runScript } from '../../support/child-script.js';
import { ADA, answerEnd, attempt, eventually, openStore, temporaryFolder, turn } from '../../support/history.js';
import type { OpenStore } from '../../support/history.js';
import type { SessionKey } from '../../../src/history/history-store.js';
import type { OpenedAnswer, TextPiece } from '../../../src/wire/answer-observer.js';

/** A running answer that a test speaks for. */
class Speaker implements OpenedAnswer {
  text = '';
  /** Checkpoints that it took part in. */
  checkpoints = 0;
  #taken = 0;

  constructor(readonly turn: NewTurn) {}

  get answerId(): string {
    return this.turn.answerId;
  }

  get session(): SessionKey {
    return this.turn;
  }

  say(text: string): void {
    this.text += text;
  }

  takeText = (): TextPiece[] => {
    this.checkpoints++;
    const at = this.#taken;
    this.#taken = this.text.length;
    return at < this.text.length ? [{ channel: 'text', at, text: this.text.slice(at) }] : [];
  };
}

describe('HistoryWriter', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let opened: OpenStore;
  let metrics: PrometheusMetrics;
  let writer: HistoryWriter;

  beforeEach(async () => {
    folder = await temporaryFolder();
    metrics = new PrometheusMetrics();
    opened = await openStore(folder.url, metrics);
    writer = new HistoryWriter(opened.store, metrics);
  });

  afterEach(async () => {
    await killScripts();
    await writer.onApplicationShutdown();
    await opened.close();
    await folder.remove();
  });

  async function speaker(changes: Partial<NewTurn> = {}): Promise<Speaker> {
    const result = new Speaker(turn(changes));
    await opened.store.openTurn(result.turn);
    writer.opened(result);
    return result;
  }

  const stored = async ({ answerId }: Speaker) => (await opened.store.findAnswer(answerId))?.message;
  const storedText = async (source: Speaker) => (await stored(source))?.content ?? '';
  const ending = ({ answerId, session, text }: Speaker) => ({ ...answerEnd(answerId, text), session, attempts: [] });
  const end = (source: Speaker) => writer.ended(ending(source));

  async function measured(name: string): Promise<number> {
    const { body } = await metrics.exposition();
    return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(body)?.[1] ?? 0);
  }

  it('stores what running answers say within 250 ms, without being asked', async () => {
    const speakers = await Promise.all(['a', 'b', 'c'].map((sessionId) => speaker({ sessionId })));
    for (let round = 0; round < 5; round++) {
      for (const one of speakers) one.say(`round ${round}, `);
      const said = performance.now();
      for (const one of speakers)
        await eventually(
          () => storedText(one),
          (text) => text === one.text,
        );
      expect(performance.now() - said).toBeLessThan(250);
    }
  });

  it('has stored an answer whole when `ended` resolves', async () => {
    const one = await speaker();
    one.say('Half');
    await eventually(
      () => storedText(one),
      (text) => text === 'Half',
    );
    one.say(' and whole.');
    await end(one);
    expect(await stored(one)).toMatchObject({ status: 'complete', content: 'Half and whole.' });
  });

  it('stores attempts as they are when they start and end, and what they used once it is counted', async () => {
    const one = await speaker();
    const { answerId, session } = one;
    const record = { ...attempt(answerId).attempt };
    writer.attemptStarted({ answerId, session, attempt: record });
    await eventually(
      () => stored(one),
      (message) => message?.attempts?.[0]?.outcome === 'running',
    );
    Object.assign(record, { outcome: 'ok', durationMs: 12.4, timeToFirstTokenMs: 3.6 });
    writer.attemptEnded({ answerId, session, attempt: record });
    one.say('Counted.');
    const whole = { ...ending(one), durationMs: 20.5, timeToFirstTokenMs: 4.4, attempts: [record] };
    await writer.ended(whole);
    expect(await stored(one)).toMatchObject({
      duration_ms: 21,
      time_to_first_token_ms: 4,
      attempts: [{ outcome: 'ok', duration_ms: 12, time_to_first_token_ms: 4 }],
    });
    const usage = { tokens: 3, prompt_tokens: 1, completion_tokens: 2, accurate: false };
    record.usage = usage;
    await writer.counted({ ...whole, usage });
    expect(await stored(one)).toMatchObject({ ...usage, attempts: [{ tokens: 3, accurate: false }] });
  });

  it('writes nothing of an answer that belongs to no session, and counts no usage twice', async () => {
    const { answerId } = turn();
    writer.opened({ answerId, takeText: () => [{ channel: 'text', at: 0, text: 'nowhere' }] });
    writer.attemptStarted(attempt(answerId));
    const end = { ...answerEnd(answerId, 'nowhere'), attempts: [] };
    const usage = { tokens: 3, prompt_tokens: 1, completion_tokens: 2, accurate: true };
    expect([writer.ended(end), writer.counted({ ...end, usage })]).toEqual([undefined, undefined]);
    const one = await speaker();
    await writer.ended({ ...ending(one), usage });
    expect(writer.counted({ ...ending(one), usage })).toBeUndefined();
  });

  it('does not let answers that end all the time put off the others', async () => {
    const long = await speaker({ sessionId: 'long' });
    let ended = 0;
    for (let round = 0; round < 5; round++) {
      long.say(`${round} `);
      const said = performance.now();
      while ((await storedText(long)) !== long.text) {
        const short = await speaker({ sessionId: `short-${ended++}` });
        short.say('x');
        await end(short);
      }
      expect(performance.now() - said).toBeLessThan(250);
    }
    expect(ended).toBeGreaterThan(5);
  });

  it('writes nothing while nothing is said', async () => {
    const one = await speaker();
    one.say('once');
    await eventually(
      () => storedText(one),
      (text) => text === 'once',
    );
    const before = await measured('rondo_history_flush_seconds_count');
    const { checkpoints } = one;
    await eventually(
      () => one.checkpoints,
      (count) => count > checkpoints + 3,
    );
    expect(await measured('rondo_history_flush_seconds_count')).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  it('says nothing and goes on when a session is deleted under a running answer', async () => {
    const gone = await speaker({ sessionId: 'gone' });
    const kept = await speaker({ sessionId: 'kept' });
    await opened.store.deleteSession({ ...ADA, sessionId: 'gone' });
    gone.say('late');
    kept.say('here');
    await Promise.all([end(gone), end(kept)]);
    expect(await stored(gone)).toBeUndefined();
    expect(await stored(kept)).toMatchObject({ status: 'complete', content: 'here' });
    expect(await measured('rondo_history_write_failures_total')).toBe(0);
  });

  it('outlives a database that another program locks for 3 s, without a failure', async () => {
    const one = await speaker();
    const lock = runScript('history/lock-database.ts', folder.file, '3000');
    await lock.nextLine();
    one.say('said meanwhile');
    const asked = performance.now();
    await Promise.all([end(one), opened.store.openTurn(turn({ sessionId: 'other' }))]);
    expect(performance.now() - asked).toBeGreaterThan(1000);
    expect(await storedText(one)).toBe('said meanwhile');
    expect(await measured('rondo_history_write_failures_total')).toBe(0);
  });

  it('reads at once while writes wait for a lock', async () => {
    const one = await speaker();
    one.say('before');
    await eventually(
      () => storedText(one),
      (text) => text === 'before',
    );
    await runScript('history/lock-database.ts', folder.file, '2000').nextLine();
    const waiting = opened.store.openTurn(turn({ sessionId: 'other' }));
    const asked = performance.now();
    expect((await opened.store.messages(ADA, { limit: 5 })).messages[1]?.content).toBe('before');
    expect(performance.now() - asked).toBeLessThan(500);
    await waiting;
  });

  it('keeps what a full disk refuses, refuses new turns, and stores all once there is room', async () => {
    const running = await speaker({ sessionId: 'running' });
    const last = await speaker({ sessionId: 'last' });
    const pages = (count: number) =>
      opened.database.read(() => opened.database.write((manager) => manager.query(`PRAGMA max_page_count = ${count}`)));
    await pages(1); // As few as there are.
    const big = 'All work and no play. '.repeat(2000);
    last.say(big);
    let finished = false;
    const finish = end(last)?.then(() => (finished = true));
    await eventually(
      () => measured('rondo_history_write_failures_total'),
      (failures) => failures > 0,
    );
    running.say(big);
    await expect(opened.store.openTurn(turn({ question: big }))).rejects.toThrow('the database refused a write');
    expect(finished).toBe(false);

    running.say('The end.');
    await pages(1_000_000);
    await finish;
    expect(await storedText(last)).toBe(big);
    await eventually(
      () => storedText(running),
      (text) => text === `${big}The end.`,
    );
  });

  it('drops only the answer that the database will never take', async () => {
    const bad = await speaker({ sessionId: 'bad' });
    const good = await speaker({ sessionId: 'good' });
    bad.takeText = () => [{ channel: 'text', at: Number.NaN, text: 'nowhere' }];
    good.say('somewhere');
    await eventually(
      () => storedText(good),
      (text) => text === 'somewhere',
    );
    bad.takeText = () => [];
    await end(good);
    expect(await stored(good)).toMatchObject({ status: 'complete' });
  });

  it('flushes what was said until now', async () => {
    const one = await speaker();
    one.say('to the last word');
    await writer.flush(5_000);
    expect(await storedText(one)).toBe('to the last word');
  });

  it('flushes no longer than it may', async () => {
    const one = await speaker();
    await runScript('history/lock-database.ts', folder.file, '2000').nextLine();
    one.say('cannot be written now');
    const asked = performance.now();
    await writer.flush(300);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(await storedText(one)).toBe('');
  });
});
