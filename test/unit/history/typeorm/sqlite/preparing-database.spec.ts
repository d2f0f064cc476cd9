import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PreparingDatabase } from '../../../../../src/history/typeorm/sqlite/preparing-database.js';
import { temporaryFolder } from '../../../../support/history.js';

let database: PreparingDatabase;
beforeEach(async () => {
  database = await open(':memory:');
  await run('CREATE TABLE "things" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL)');
});
afterEach(() => close());

function open(file: string): Promise<PreparingDatabase> {
  return new Promise((resolve, reject) => {
    const opened = new PreparingDatabase(file, (error) => (error === null ? resolve(opened) : reject(error)));
  });
}

function run(sql: string, ...params: unknown[]): Promise<{ lastID: number; changes: number }> {
  return new Promise((resolve, reject) => {
    database.run(sql, params, function (this: { lastID: number; changes: number }, error: Error | null) {
      if (error === null) resolve({ lastID: this.lastID, changes: this.changes });
      else reject(error);
    });
  });
}

function all(sql: string, ...params: unknown[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    database.all(sql, params, (error: Error | null, rows: unknown[]) =>
      error === null ? resolve(rows) : reject(error),
    );
  });
}

function close(): Promise<void> {
  return new Promise((resolve, reject) => database.close((error) => (error === null ? resolve() : reject(error))));
}

const INSERT = 'INSERT INTO "things" ("name") VALUES (?)';
const SELECT = 'SELECT "name" FROM "things" WHERE "id" = ?';

describe('PreparingDatabase', () => {
  it('answers each call of a statement with its own values, also of those made at once', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map(async (name) => (await run(INSERT, name)).lastID));
    // The driver promises no order of those made at once.
    expect(ids.toSorted()).toEqual([1, 2, 3]);
    const rows = await Promise.all([...ids, 4].map((id) => all(SELECT, id)));
    expect(rows).toEqual([[{ name: 'a' }], [{ name: 'b' }], [{ name: 'c' }], []]);
    expect(await all(SELECT, ids[1])).toEqual([{ name: 'b' }]);
  });

  it('tells every caller of a statement that can not be prepared', async () => {
    const calls = Array.from({ length: 3 }, () => run('INSERT INTO "nowhere" VALUES (?)', 1));
    for (const { reason } of (await Promise.allSettled(calls)) as { reason: unknown }[])
      expect(reason).toMatchObject({ code: 'SQLITE_ERROR' });
    await run('CREATE TABLE "nowhere" ("id" INTEGER)');
    expect(await run('INSERT INTO "nowhere" VALUES (?)', 1)).toMatchObject({ changes: 1 });
  });

  it('goes on with a statement that failed, and with one whose table has changed', async () => {
    await expect(run(INSERT, null)).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' });
    await run(INSERT, 'after all');
    expect(await all('SELECT * FROM "things"')).toEqual([{ id: 1, name: 'after all' }]);
    await run('ALTER TABLE "things" ADD COLUMN "size" INTEGER DEFAULT 7');
    expect(await all('SELECT * FROM "things"')).toEqual([{ id: 1, name: 'after all', size: 7 }]);
  });

  it('holds no transaction open with a statement that it keeps', async () => {
    await run(INSERT, 'one');
    await all(SELECT, 1);
    await run('BEGIN IMMEDIATE');
    await run(INSERT, 'two');
    await run('ROLLBACK');
    expect(await all('SELECT count(*) AS "count" FROM "things"')).toEqual([{ count: 1 }]);
  });

  it('lets go of those not used for the longest, and of all when it is closed', async () => {
    for (let id = 0; id < 500; id++) await all(`SELECT ${id} AS "id"`);
    await Promise.all(Array.from({ length: 300 }, (_, id) => all(`SELECT ${id} AS "id"`)));
    expect(await all('SELECT 0 AS "id"')).toEqual([{ id: 0 }]);
    // The driver does not close while a statement is left.
    await close();
    await expect(run(INSERT, 'late')).rejects.toMatchObject({ code: 'SQLITE_MISUSE' });
    database = await open(':memory:');
  });

  it('takes nothing back that was written after a statement for which the database was locked', async () => {
    const folder = await temporaryFolder();
    const other = database;
    try {
      database = await open(folder.file);
      await all('PRAGMA journal_mode = WAL');
      await run('CREATE TABLE "things" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL)');
      const locker = await open(folder.file);
      const said = (sql: string) => new Promise((resolve) => locker.all(sql, [], resolve));
      await said('BEGIN EXCLUSIVE');
      await all('PRAGMA busy_timeout = 0');
      await expect(run(INSERT, 'refused')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
      await said('COMMIT');

      await run('INSERT INTO "things" ("name", "id") VALUES (?, 7)', 'taken');
      await run(INSERT, 'later');
      expect(await all('SELECT "name" FROM "things" ORDER BY "id"')).toEqual([{ name: 'taken' }, { name: 'later' }]);
      await new Promise((resolve) => locker.close(resolve));
      await close();
    } finally {
      database = other;
      await folder.remove();
    }
  });
});
