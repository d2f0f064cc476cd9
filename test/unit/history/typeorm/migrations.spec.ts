import { readdirSync, renameSync, rmSync, statfsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MixedList } from 'typeorm';
import { dataSourceOptions, openDataSource } from '../../../../src/history/typeorm/sqlite/data-source.js';
import { answerEnd, openStore, temporaryFolder, turn } from '../../../support/history.js';
import { mayMount, smallDisk } from '../../../support/small-disk.js';

/** How many of the migrations the first release had. */
const RELEASED = 2;
/** And how many there were before anything could be searched. */
const BEFORE_SEARCH = 3;
/** The name of the last one. */
const LATEST = 'TimeAttempts1764100000000';
const NAMED = { userId: 'ada', sessionId: 'named' };

describe('a database of the first release', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder.remove());

  /** With one session that has the title it was given by the service, and one that somebody named. */
  async function release(): Promise<void> {
    const options = dataSourceOptions(folder.url);
    const migrations = (options.migrations as MixedList<string> as string[]).slice(0, RELEASED);
    const source = await openDataSource({ ...options, migrations });
    const session = 'INSERT INTO "sessions" VALUES (?, ?, ?, 1000, 2000, ?, ?)';
    await source.query(session, ['ada', 'first', 'What are tides, and…', 4, 4]);
    await source.query(session, ['ada', 'named', 'My Étude', 2, 6]);
    const message = `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "created_at") VALUES (?, 'ada', ?, ?, ?, '', 'complete', 1000)`;
    await source.query(message, ['q1', 'first', 'user', 'What are  tides,\nand why?']);
    await source.query(message, ['a1', 'first', 'assistant', 'Water 潮汐.']);
    await source.query(message, ['q2', 'first', 'user', 'Why?']);
    await source.query(message, ['a2', 'first', 'assistant', '']);
    await source.query(message, ['q3', 'named', 'user', 'Hello']);
    await source.query(message, ['a3', 'named', 'assistant', 'Hi!']);
    await source.destroy();
  }

  it('keeps what it holds, and finds it', async () => {
    await release();
    const { store, close } = await openStore(folder.url);
    const { messages } = await store.messages({ userId: 'ada', sessionId: 'first' }, { limit: 9 });
    expect(messages.map(({ id }) => id)).toEqual(['q1', 'a1', 'q2', 'a2']);
    expect(messages[1]).toEqual({
      id: 'a1',
      role: 'assistant',
      content: 'Water 潮汐.',
      created_at: '1970-01-01T00:00:01.000Z',
      status: 'complete',
    });
    const found = async (text: string) =>
      (await store.search('ada', { text, limit: 9 })).results.map(({ message_id }) => message_id);
    expect(await found('"tides, and why"')).toEqual(['q1']);
    expect(await found('汐')).toEqual(['a1']);
    expect(await found('wh')).toEqual(['q2', 'q1']);
    expect(await found('etude')).toEqual(['a3']);
    expect(await store.deleteSession(NAMED)).toBe(true);
    expect(await found('etude')).toEqual([]);
    await close();
  });

  it('goes on: turns are asked again, titles follow questions, but not where somebody gave one', async () => {
    await release();
    const { store, close } = await openStore(folder.url);
    const replaced = async (sessionId: string, messageId: string) => {
      const opening = turn({ sessionId, title: 'Edited', target: { messageId, kind: 'question' } });
      await store.openTurn(opening);
      await store.append([answerEnd(opening.answerId, 'So.')]);
      return opening.questionId;
    };
    const edited = await replaced('first', 'q1');
    await replaced('named', 'q3');
    const { sessions } = await store.sessions('ada', { limit: 9 });
    expect(sessions.map(({ title, message_count }) => [title, message_count])).toEqual([
      ['My Étude', 2],
      ['Edited', 2],
    ]);
    const { messages } = await store.messages({ userId: 'ada', sessionId: 'first' }, { limit: 9 });
    expect(messages[0]).toMatchObject({ id: edited, versions: ['q1', edited] });
    await close();
  });

  it('is brought up to date in pieces, however much it holds', async () => {
    await release();
    const { store, database, close } = await openStore(folder.url);
    await database.write(async (manager) => {
      for (let n = 0; n < 1_203; n++) {
        const values = [`user-${n}`, `${n}`];
        await manager.query(`INSERT INTO "sessions" VALUES (?, ?, 'Mine', 1, 1, 1, ${n + 7}, NULL)`, values);
        await manager.query(
          `INSERT INTO "messages" ("id", "user_id", "session_id", "role", "content", "reasoning", "status", "created_at") VALUES ('m${n}', ?, ?, 'user', 'tide', '', 'complete', 1)`,
          values,
        );
      }
    });
    expect((await store.search('user-1202', { text: 'tide', limit: 9 })).results).toEqual([]);
    await close();
    const source = await openDataSource(dataSourceOptions(folder.url));
    for (let left = source.migrations.length - BEFORE_SEARCH; left > 0; left--)
      await source.undoLastMigration({ transaction: 'each' });
    await source.destroy();
    const again = await openStore(folder.url);
    for (const n of [0, 499, 500, 1202]) {
      for (const text of ['tide', 'mine']) {
        const { results } = await again.store.search(`user-${n}`, { text, limit: 9 });
        expect(results.map(({ message_id }) => message_id)).toEqual([`m${n}`]);
      }
    }
    await again.close();
  });

  it('is copied before it is brought up to date, for its owner alone, and not again', async () => {
    await release();
    const copies = () => readdirSync(folder.path).filter((name) => name.includes('.before-'));
    for (let start = 0; start < 2; start++) {
      const { store, close } = await openStore(folder.url);
      await store.deleteSession(NAMED);
      await close();
      expect(copies()).toEqual([`rondo.db.before-${LATEST}`]);
    }
    const copy = join(folder.path, `rondo.db.before-${LATEST}`);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    // It is what the earlier version left: put in the place of the other, it can be started with.
    await rm(folder.file);
    renameSync(copy, folder.file);
    const { store, close } = await openStore(folder.url);
    expect((await store.messages(NAMED, { limit: 9 })).messages.map(({ id }) => id)).toEqual(['q3', 'a3']);
    await close();
  });

  it('keeps the copies of the last two upgrades', async () => {
    for (const [name, at] of [
      ['First', 1_000],
      ['Second', 2_000],
    ] as const) {
      writeFileSync(`${folder.file}.before-${name}`, '');
      utimesSync(`${folder.file}.before-${name}`, at, at);
    }
    await release();
    // Of a process that was killed, and of one that is at work.
    for (const [pid, at] of [['1', new Date(0)] as const, ['2', new Date()] as const]) {
      writeFileSync(`${folder.file}.before-Third.${pid}.partial`, '');
      utimesSync(`${folder.file}.before-Third.${pid}.partial`, at, at);
    }
    await (await openStore(folder.url)).close();
    const names = readdirSync(folder.path).filter((name) => name.includes('.before-'));
    expect(names.filter((name) => name.endsWith('.partial'))).toEqual(['rondo.db.before-Third.2.partial']);
    const copies = names.filter((name) => !name.endsWith('.partial'));
    expect(copies.sort()).toEqual(['rondo.db.before-Second', `rondo.db.before-${LATEST}`]);
  });
});

describe('a new database', () => {
  it('is not copied', async () => {
    const folder = await temporaryFolder();
    await (await openStore(folder.url)).close();
    expect(readdirSync(folder.path)).toEqual(['rondo.db']);
    await folder.remove();
  });
});

if (!mayMount())
  console.log('not run: no room for the copy (needs the right to mount a small file system, as root has)');
else
  describe('a database that has no room for a copy beside it', () => {
    it('is not changed, and the start says what to do', async () => {
      const disk = smallDisk(1_000);
      const url = `sqlite://${join(disk.path, 'rondo.db')}`;
      const options = dataSourceOptions(url);
      const migrations = (options.migrations as MixedList<string> as string[]).slice(0, RELEASED);
      const source = await openDataSource({ ...options, migrations });
      await source.destroy();
      const { bavail, bsize } = statfsSync(disk.path);
      writeFileSync(join(disk.path, 'filler'), Buffer.alloc(bavail * bsize - 48 * 1024));
      const start = openDataSource(options);
      await expect(start).rejects.toThrow(
        /^DATABASE_URL: cannot copy .*: the disk is full\. Nothing was changed; make room/,
      );
      expect(readdirSync(disk.path).filter((name) => name.includes('.before-'))).toEqual([]);
      rmSync(join(disk.path, 'filler'));
      await (await openStore(url)).close();
      disk.remove();
    });
  });
