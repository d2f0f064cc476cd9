import { renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseWatch } from '../../../../src/history/typeorm/database-watch.js';
import { PrometheusMetrics } from '../../../../src/metrics/prometheus.metrics.js';
import { killScripts, runScript } from '../../../support/child-script.js';
import { ADA, eventually, openStore, temporaryFolder, turn, type OpenStore } from '../../../support/history.js';

describe('a database that is watched', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let metrics: PrometheusMetrics;
  let opened: OpenStore;
  let watch: DatabaseWatch;
  beforeEach(async () => {
    folder = await temporaryFolder();
    metrics = new PrometheusMetrics();
    opened = await openStore(folder.url, metrics);
    watch = new DatabaseWatch(opened.database, opened.store);
    watch.start();
  });
  afterEach(async () => {
    await killScripts();
    watch.stop();
    await opened.close();
    await folder.remove();
  });

  const problem = () => opened.store.problem;
  async function failures(): Promise<number> {
    const { body } = await metrics.exposition();
    return Number(/^rondo_history_write_failures_total (\d+)$/m.exec(body)?.[1]);
  }
  const pages = (count: number) =>
    opened.database.write((manager) => manager.query(`PRAGMA max_page_count = ${count}`), { priority: 'checkpoint' });

  it('tells that its file was removed, or another one put there, until it is back', async () => {
    await expect(opened.store.ping()).resolves.toBeUndefined();
    renameSync(folder.file, `${folder.file}.away`);
    await expect(opened.store.ping()).rejects.toThrow('removed or replaced');
    expect(problem()).toBe('FILE_REMOVED');
    await expect(opened.store.openTurn(turn())).rejects.toThrow('removed or replaced');
    expect(await failures()).toBeGreaterThan(0);
    writeFileSync(folder.file, 'another one');
    await expect(opened.store.ping()).rejects.toThrow('removed or replaced');
    renameSync(`${folder.file}.away`, folder.file);
    await eventually(problem, (code) => code === undefined);
    await expect(opened.store.ping()).resolves.toBeUndefined();
    await opened.store.openTurn(turn());
    expect((await opened.store.messages(ADA, { limit: 9 })).messages).toHaveLength(2);
  }, 30_000);

  it('tells why it refuses questions until there is room for one, though nobody asks any more', async () => {
    const big = 'All work and no play. '.repeat(2_000);
    await pages(1); // As few as there are.
    await expect(opened.store.openTurn(turn({ question: big }))).rejects.toThrow('the database refused a write');
    expect(problem()).toBe('SQLITE_FULL');
    const counted = await failures();
    expect(counted).toBeGreaterThan(0);
    // It keeps looking: what can't be written is counted without questions, too.
    await eventually(failures, (now) => now > counted + 1);
    expect(problem()).toBe('SQLITE_FULL');
    await pages(1_000_000);
    await eventually(problem, (code) => code === undefined);
    await opened.store.openTurn(turn({ question: big }));
  }, 30_000);

  it('counts what renaming and deleting could not write', async () => {
    const one = turn();
    await opened.store.openTurn(one);
    const locker = runScript('history/lock-database.ts', folder.file, '8000');
    await locker.nextLine();
    const writes = [opened.store.renameSession(one, 'Name'), opened.store.deleteSession(one)];
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await failures()).toBeGreaterThanOrEqual(2);
    await eventually(problem, (code) => code === undefined);
  }, 30_000);

  it('has the answers of a process that died ended, without anybody asking for them', async () => {
    const child = runScript('history/run-answer.ts', folder.url);
    const answerId = await child.nextLine();
    await child.kill();
    const message = async () => (await opened.store.findAnswer(answerId))?.message.status;
    await eventually(message, (status) => status === 'interrupted');
    const { results } = await opened.store.search('ada', { text: '"half an"', limit: 9 });
    expect(results.map(({ message_id }) => message_id)).toEqual([answerId]);
  }, 30_000);
});
