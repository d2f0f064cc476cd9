import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { HistoryUnavailableError } from '../../../../../src/history/history-store.js';
import { dataSourceOptions, openDataSource } from '../../../../../src/history/typeorm/sqlite/data-source.js';
import { inOneStatement, inTransaction } from '../../../../../src/history/typeorm/sqlite/writing.js';

const always = () => true;
const never = () => false;

describe('writing', () => {
  let source: DataSource;
  beforeEach(async () => {
    source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    await source.query('CREATE TABLE notes (n INTEGER PRIMARY KEY)');
  });
  afterEach(() => source.destroy());

  const notes = async () => (await source.query<{ n: number }[]>('SELECT n FROM notes ORDER BY n')).map(({ n }) => n);
  const note = (n: number) => () => source.query(`INSERT INTO notes VALUES (${n})`);

  it.each([
    ['a transaction', inTransaction],
    ['a statement', inOneStatement],
  ])('leaves nothing of %s that may not be committed', async (_name, write) => {
    await expect(write(source, note(1), never)).rejects.toThrow(HistoryUnavailableError);
    await write(source, note(2), always);
    expect(await notes()).toEqual([2]);
  });

  it.each([
    ['a transaction', inTransaction],
    ['a statement', inOneStatement],
  ])('by %s is not swallowed by a transaction that could not be ended before', async (_name, write) => {
    // The database refuses to roll back once, as if it could not be reached.
    const query = source.query.bind(source);
    const refuse = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
    source.query = (sql: string) => (sql === 'ROLLBACK' ? Promise.reject(refuse) : query(sql));
    await expect(inTransaction(source, note(1), never)).rejects.toThrow('took too long');
    await expect(write(source, note(2), always)).rejects.toThrow(HistoryUnavailableError);
    source.query = query;
    await write(source, note(3), always);
    await source.query('BEGIN');
    await source.query('ROLLBACK');
    expect(await notes()).toEqual([3]);
  });
});
