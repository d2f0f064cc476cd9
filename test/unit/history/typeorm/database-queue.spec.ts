import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { HistoryUnavailableError } from '../../../../src/history/history-store.js';
import { DatabaseQueue, type JobOptions, type Priority } from '../../../../src/history/typeorm/database-queue.js';
import type { Work } from '../../../../src/history/typeorm/sql-dialect.js';
import { dataSourceOptions, openDataSource } from '../../../../src/history/typeorm/sqlite/data-source.js';
import { WriteConnection } from '../../../../src/history/typeorm/sqlite/write-connection.js';

const never = () => new Promise<never>(() => undefined);

describe('DatabaseQueue for writes', () => {
  let source: DataSource;
  let connection: WriteConnection;
  let queue: DatabaseQueue;

  beforeEach(async () => {
    source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    await source.query('CREATE TABLE notes (n INTEGER PRIMARY KEY)');
    connection = new WriteConnection(source);
    queue = new DatabaseQueue({ atOnce: 1, waiting: 5 });
  });

  afterEach(async () => {
    await queue.close();
    await source.destroy();
  });

  const run = <T>(work: Work<T>, options?: JobOptions) =>
    queue.run((isRefused) => connection.transaction(work, isRefused), options);
  const note = (n: number, deadlineMs = 5_000) =>
    run((manager) => manager.query(`INSERT INTO notes VALUES (${n})`), { deadlineMs });
  const notes = async () => (await source.query<{ n: number }[]>('SELECT n FROM notes ORDER BY n')).map(({ n }) => n);
  /** A job that goes on until it is told to end. */
  function hold(deadlineMs = 5_000): { outcome: Promise<unknown>; release: () => void } {
    const gate = Promise.withResolvers<undefined>();
    const work: Work<undefined> = async (manager) => {
      await manager.query('INSERT INTO notes VALUES (1000)');
      return gate.promise;
    };
    return { outcome: run(work, { deadlineMs }), release: () => gate.resolve(undefined) };
  }

  it('runs one job at a time, in order', async () => {
    const log: string[] = [];
    const job = (name: string) =>
      run(async (manager) => {
        log.push(`${name} starts`);
        await manager.query('SELECT 1');
        log.push(`${name} ends`);
      });
    await Promise.all([job('a'), job('b')]);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('runs checkpoints before questions and those before all else, but none before the one that runs', async () => {
    const log: string[] = [];
    const job = (name: string, priority: Priority) => run(() => Promise.resolve(log.push(name)), { priority });
    const running = job('a', 'other');
    const waiting = [job('b', 'other'), job('c', 'question'), job('d', 'checkpoint'), job('e', 'checkpoint')];
    await Promise.all([running, ...waiting]);
    expect(log).toEqual(['a', 'd', 'e', 'c', 'b']);
  });

  it('rolls back all of a job that fails, and runs the next one', async () => {
    const failing = run(async (manager) => {
      await manager.query('INSERT INTO notes VALUES (1), (2)');
      await manager.query('INSERT INTO notes VALUES (1)');
    });
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
    await expect(running.outcome).rejects.toThrow('no answer for 20 ms');
    running.release();
    await note(2);
    expect(await notes()).toEqual([2]);
  });

  /** A database that does not end a statement, which commits by itself, until it is told to. */
  function stall(deadlineMs: number, onLateEnd: () => void) {
    const gate = Promise.withResolvers<undefined>();
    const job = async () => {
      await gate.promise;
      await source.query('INSERT INTO notes VALUES (1)');
      return 'committed';
    };
    return { outcome: queue.run(job, { deadlineMs, onLateEnd }), release: () => gate.resolve(undefined) };
  }

  it('refuses in time what the database is committing, and all that wait, and tells when it has ended', async () => {
    const late: string[] = [];
    const stalled = stall(20, () => late.push('ended'));
    const refused = [stalled.outcome, note(2, 20), note(3, 20)];
    await Promise.all(refused.map((outcome) => expect(outcome).rejects.toThrow('no answer for 20 ms')));
    expect(late).toEqual([]);
    stalled.release();
    await note(4);
    expect(late).toEqual(['ended']);
    expect(await notes()).toEqual([1, 4]);
  });

  it('tells of the late end of a job that failed, too: an error may come after the commit', async () => {
    const late = Promise.withResolvers<string>();
    const gate = Promise.withResolvers<never>();
    const outcome = queue.run(() => gate.promise, { deadlineMs: 20, onLateEnd: () => late.resolve('ended') });
    await expect(outcome).rejects.toThrow(HistoryUnavailableError);
    gate.reject(new Error('connection lost'));
    expect(await late.promise).toBe('ended');
  });

  it('tells of no end that came in time', async () => {
    const late: string[] = [];
    const { outcome, release } = stall(5_000, () => late.push('ended'));
    release();
    await expect(outcome).resolves.toBe('committed');
    expect(late).toEqual([]);
  });

  it('refuses more jobs than may wait', async () => {
    const running = hold();
    const waiting = [1, 2, 3, 4, 5].map((n) => note(n));
    await expect(note(6)).rejects.toThrow('too many wait');
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

describe('DatabaseQueue for reads', () => {
  it('gives what was read, and passes failures on', async () => {
    const queue = new DatabaseQueue({ atOnce: 9, waiting: 0 });
    await expect(queue.run(() => Promise.resolve('row'))).resolves.toBe('row');
    await expect(queue.run(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
  });

  it('refuses a read that the database does not answer', async () => {
    const queue = new DatabaseQueue({ atOnce: 9, waiting: 0 });
    await expect(queue.run(never, { deadlineMs: 20 })).rejects.toThrow(HistoryUnavailableError);
  });

  it('refuses at once what is more than it may hold, and takes reads again when some have ended', async () => {
    const queue = new DatabaseQueue({ atOnce: 2, waiting: 0 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = [queue.run(() => promise), queue.run(() => promise)];
    await expect(queue.run(never)).rejects.toThrow('too many wait');
    resolve('row');
    await Promise.all(running);
    await expect(queue.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('runs no more at once than it may, the others in order, and refuses those too in time', async () => {
    const queue = new DatabaseQueue({ atOnce: 2, waiting: 9 });
    const started: number[] = [];
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<undefined>());
    const reads = gates.map(({ promise }, n) => queue.run(() => (started.push(n), promise), { deadlineMs: 50 }));
    expect(started).toEqual([0, 1]);
    const ends = Promise.allSettled(reads);
    gates[1]?.resolve(undefined);
    await reads[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    expect(started).toEqual([0, 1, 2]);
  });
});
