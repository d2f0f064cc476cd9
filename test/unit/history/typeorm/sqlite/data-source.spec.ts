import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { dataSourceOptions, openDataSource } from '../../../../../src/history/typeorm/sqlite/data-source.js';
import { DatabaseStartError } from '../../../../../src/history/typeorm/sql-dialect.js';
import { dialectOf } from '../../../../../src/history/typeorm/dialects.js';
import { databaseFile } from '../../../../../src/history/typeorm/sqlite/database-url.js';
import { killScripts, runScript } from '../../../../support/child-script.js';
import { ADA, openStore, temporaryFolder, turn } from '../../../../support/history.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await killScripts();
  await chmod(folder.path, 0o755);
  await folder.remove();
});

describe('DATABASE_URL', () => {
  it('names a file, from here or from the root, or no file at all', () => {
    expect(databaseFile('sqlite://./data/rondo.db')).toBe(join(process.cwd(), 'data/rondo.db'));
    expect(databaseFile('sqlite:///var/lib/rondo.db')).toBe('/var/lib/rondo.db');
    expect(databaseFile('sqlite::memory:')).toBeUndefined();
  });

  it.each(['sqlite://', 'sqlite:///data/', 'sqlite', 'postgres://host/db', ''])('may not be %p', (url) => {
    expect(() => dialectOf(url).dataSourceOptions(url)).toThrow(DatabaseStartError);
  });
});

describe('opening a database', () => {
  /** The message of a start that fails: one line that names the variable and the file. */
  async function failure(file: string): Promise<string> {
    const error: unknown = await openStore(`sqlite://${file}`).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DatabaseStartError);
    const { message } = error as DatabaseStartError;
    expect(message).toMatch(/^DATABASE_URL: [^\n]*$/);
    expect(message).toContain(file);
    return message;
  }

  it('makes the folders that are missing', async () => {
    const { store, close } = await openStore(`sqlite://${join(folder.path, 'a/b c/rondo.db')}`);
    await store.ping();
    await close();
  });

  const onLinux = process.platform === 'linux' ? it : it.failing;
  onLinux('says that a folder can not be made where the file system has no place for it', async () => {
    expect(await failure('/proc/rondo/rondo.db')).toContain('cannot be made');
  });

  it('keeps what an earlier process stored', async () => {
    const first = await openStore(folder.url);
    await first.store.openTurn(turn());
    await first.close();
    const second = await openStore(folder.url);
    expect((await second.store.messages(ADA, { limit: 5 })).messages).toHaveLength(2);
    await second.close();
  });

  it('fails where a folder of its path is a file', async () => {
    await writeFile(join(folder.path, 'file'), '');
    expect(await failure(join(folder.path, 'file/rondo.db'))).toContain('not a folder');
  });

  it('fails where it is a folder itself', async () => {
    await mkdir(folder.file);
    expect(await failure(folder.file)).toContain('it is a directory');
  });

  it('fails where the file holds something else', async () => {
    await writeFile(folder.file, 'Dear diary, '.repeat(1000));
    expect(await failure(folder.file)).toContain('not a SQLite database');
  });

  it('fails where the database is damaged', async () => {
    const { close } = await openStore(folder.url);
    await close();
    const bytes = await readFile(folder.file);
    await writeFile(folder.file, bytes.fill(0x5a, 100, 8192));
    expect(await failure(folder.file)).toContain('damaged');
  });

  it.each([
    ['file', 0o444, 0o777],
    ['folder', 0o666, 0o555],
  ])('fails where the %s is read-only', async (_what, fileMode, folderMode) => {
    const { close } = await openStore(folder.url);
    await close();
    await chmod(folder.file, fileMode);
    await chmod(folder.path, folderMode);
    const message = await runScript('history/open-as-nobody.ts', folder.url).nextLine();
    expect(message).toMatch(/^DATABASE_URL: cannot use .*rondo\.db: .*(read-only|may not)/);
  });

  it('waits for another program that has locked the database for 3 s', async () => {
    await (await openStore(folder.url)).close();
    await runScript('history/lock-database.ts', folder.file, '3000').nextLine();
    const { store, close } = await openStore(folder.url);
    await store.ping();
    await close();
  });

  it('waits for another process that is making the same new file', async () => {
    await runScript('history/lock-database.ts', folder.file, '500', 'IMMEDIATE').nextLine();
    const { store, close } = await openStore(folder.url);
    await store.ping();
    await close();
  });

  it('works for processes that begin at once with a new file', async () => {
    for (let round = 0; round < 20; round++) {
      const url = `sqlite://${join(folder.path, `${round}.db`)}`;
      const opened = await Promise.all([openStore(url), openStore(url), openStore(url)]);
      for (const { store, close } of opened) {
        await store.openTurn(turn());
        await close();
      }
    }
  });
});

describe('a write that fails', () => {
  it('gives the lock back at once, so that other processes can write', async () => {
    const [one, other] = [await openStore(folder.url), await openStore(folder.url)];
    const opening = turn();
    await one.store.openTurn(opening);
    await expect(one.store.openTurn(opening)).rejects.toThrow('UNIQUE');
    const asked = performance.now();
    await other.store.openTurn(turn());
    expect(performance.now() - asked).toBeLessThan(1_000);
    await one.close();
    await other.close();
  });

  it('tells nothing of what it was to write', async () => {
    const { store, close } = await openStore(folder.url);
    const opening = turn({ question: 'a secret question' });
    await store.openTurn(opening);
    const error: unknown = await store.openTurn(opening).catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 9 })).toContain('UNIQUE');
    expect(inspect(error, { depth: 9 })).not.toContain('secret');
    await close();
  });
});

describe('the migrations', () => {
  it('build exactly the tables that the entities describe', async () => {
    const source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await source.destroy();
  });

  it('can be undone', async () => {
    const source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration({ transaction: 'each' });
    const tables = await source.query<{ name: string }[]>("SELECT name FROM sqlite_master WHERE type = 'table'");
    expect(tables.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_'))).toEqual(['migrations']);
    await source.destroy();
  });

  it('bring a database of any earlier version up to date, with all that it holds', async () => {
    const { migrations } = await openDataSource(dataSourceOptions('sqlite::memory:'));
    for (let undone = 1; undone < migrations.length; undone++) {
      const url = `sqlite://${join(folder.path, `${undone}.db`)}`;
      const first = await openStore(url);
      await first.store.openTurn(turn({ question: 'What was before?' }));
      await first.close();
      const earlier = await openDataSource(dataSourceOptions(url));
      for (let left = undone; left > 0; left--) await earlier.undoLastMigration({ transaction: 'each' });
      await earlier.destroy();

      const second = await openStore(url);
      await second.store.openTurn(turn({ question: 'What is new?' }));
      const { messages } = await second.store.messages(ADA, { limit: 5 });
      expect(messages.map(({ content }) => content)).toEqual(['What was before?', '', 'What is new?', '']);
      await second.close();
    }
  });

  it('leave a log that survives a killed process and is not forced to disk at each commit', async () => {
    const source = await openDataSource(dataSourceOptions(folder.url));
    expect(await source.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await source.query('PRAGMA synchronous')).toEqual([{ synchronous: 1 }]);
    expect(await source.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    await source.destroy();
  });
});
