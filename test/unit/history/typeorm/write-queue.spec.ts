import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError } from '../../../../src/history/history-store.js';
import { openDataSource, dataSourceOptions } from '../../../../src/history/typeorm/sqlite/data-source.js';
import { inTransaction } from '../../../../src/history/typeorm/sqlite/writing.js';
import { WriteQueue, type Priority } from '../../../../src/history/typeorm/write-queue.js';
import type { DataSource, EntityManager } from 'typeorm';

describe('WriteQueue', () => {
  let source: DataSource;
  let queue: WriteQueue;

  beforeEach(async () => {
    source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    await source.query('CREATE TABLE notes (n INTEGER PRIMARY KEY)');
    queue = new WriteQueue(5);
  });

  afterEach(async () => {
    await queue.close();
    await source.destroy();
  });

  const run = <T>(work: (manager: EntityManager) => Promise<T>, deadlineMs: number, priority?: Priority) =>
    queue.run((mayCommit) => inTransaction(source, work, mayCommit), { deadlineMs, priority });
  const note = (n: number, deadlineMs = 5_000) =>
    run((manager) => manager.query(`INSERT INTO notes VALUES (${n})`), deadlineMs);
  const notes = async () => (await source.query<{ n: number }[]>('SELECT n FROM notes ORDER BY n')).map(({ n }) => n);
  /** A job that goes on until it is told to end. */
  function hold(deadlineMs = 5_000): { outcome: Promise<unknown>; release: () => void } {
    const gate = Promise.withResolvers<undefined>();
    const outcome = run(async (manager) => {
      await manager.query('INSERT INTO notes VALUES (1000)');
      return gate.promise;
    }, deadlineMs);
    return { outcome, release: () => gate.resolve(undefined) };
  }

  it('runs one job at a time, in order', async () => {
    const log: string[] = [];
    const job = (name: string) =>
      run(async (manager) => {
        log.push(`${name} begins`);
        await manager.query('SELECT 1');
        log.push(`${name} ends`);
      }, 5_000);
    await Promise.all([job('a'), job('b')]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('runs checkpoints before questions and those before all else, but none before the one that runs', async () => {
    const log: string[] = [];
    const job = (name: string, priority?: Priority) => run(async () => void log.push(name), 5_000, priority);
    const jobs = [job('a'), job('b'), job('c', 'question'), job('d', 'checkpoint'), job('e', 'checkpoint')];
    await Promise.all(jobs);
    expect(log).toEqual(['a', 'd', 'e', 'c', 'b']);
  });

  it('rolls back all of a job that fails, and runs the next one', async () => {
    const failing = run(async (manager) => {
      await manager.query('INSERT INTO notes VALUES (1), (2)');
      await manager.query('INSERT INTO notes VALUES (1)');
    }, 5_000);
    const next = note(3);
    await expect(failing).rejects.toThrow('UNIQUE');
    await next;
    expect(await notes()).toEqual([3]);
  });

  it('refuses a job whose time is up while it waits, and never runs it', async () => {
    const running = hold();
    await expect(note(1, 20)).rejects.toThrow(HistoryUnavailableError);
    running.release();
    await running.outcome;
    await note(2);
    expect(await notes()).toEqual([2, 1000]);
  });

  it('refuses a job whose time is up while it runs, and rolls it back', async () => {
    const running = hold(20);
    await expect(running.outcome).rejects.toThrow('no write for 20 ms');
    running.release();
    await note(2);
    expect(await notes()).toEqual([2]);
  });

  /** A database that does not end the statement that commits until it is told to. */
  function stall(deadlineMs: number, onLateCommit: (result: string) => void) {
    const gate = Promise.withResolvers<undefined>();
    const outcome = queue.run<string>(
      async (mayCommit) => {
        expect(mayCommit()).toBe(true);
        await gate.promise;
        await source.query('INSERT INTO notes VALUES (1)');
        return 'committed';
      },
      { deadlineMs, onLateCommit },
    );
    return { outcome, release: () => gate.resolve(undefined) };
  }

  it('refuses in time what the database is committing, and all that wait, and reports the commit afterwards', async () => {
    const late: string[] = [];
    const stalled = stall(20, (result) => late.push(result));
    const waiting = [note(2, 20), note(3, 20)];
    const refused = [stalled.outcome, ...waiting].map((outcome) =>
      expect(outcome).rejects.toThrow('no write for 20 ms'),
    );
    await Promise.all(refused);
    expect(late).toEqual([]);
    stalled.release();
    await note(4);
    expect(late).toEqual(['committed']);
    expect(await notes()).toEqual([1, 4]);
  });

  it('reports no commit that came in time', async () => {
    const late: string[] = [];
    const { outcome, release } = stall(5_000, (result) => late.push(result));
    release();
    await expect(outcome).resolves.toBe('committed');
    expect(late).toEqual([]);
  });

  it('refuses more jobs than it may hold', async () => {
    const running = hold();
    const waiting = [1, 2, 3, 4, 5].map((n) => note(n));
    await expect(note(6)).rejects.toThrow('too many writes wait');
    running.release();
    await Promise.all(waiting);
    expect(await notes()).toEqual([1, 2, 3, 4, 5, 1000]);
  });

  it('refuses what waits when it is closed, and lets the running job end', async () => {
    const running = hold();
    const waiting = note(1);
    const closed = queue.close();
    await expect(waiting).rejects.toThrow(HistoryUnavailableError);
    await expect(note(2)).rejects.toThrow('closed');
    running.release();
    await running.outcome;
    await closed;
    expect(await notes()).toEqual([1000]);
  });
});
