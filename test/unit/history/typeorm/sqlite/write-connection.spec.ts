import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { HistoryUnavailableError } from '../../../../../src/history/history-store.js';
import { dataSourceOptions, openDataSource } from '../../../../../src/history/typeorm/sqlite/data-source.js';
import { WriteConnection } from '../../../../../src/history/typeorm/sqlite/write-connection.js';

const refused = () => true;
const wanted = () => false;

describe('WriteConnection', () => {
  let source: DataSource;
  let connection: WriteConnection;
  beforeEach(async () => {
    source = await openDataSource(dataSourceOptions('sqlite::memory:'));
    connection = new WriteConnection(source);
    await source.query('CREATE TABLE notes (n INTEGER PRIMARY KEY)');
  });
  afterEach(() => source.destroy());

  const notes = async () => (await source.query<{ n: number }[]>('SELECT n FROM notes ORDER BY n')).map(({ n }) => n);
  const note = (n: number) => () => source.query(`INSERT INTO notes VALUES (${n})`);

  it.each(['transaction', 'statement'] as const)('leaves nothing of a %s that was refused', async (write) => {
    await expect(connection[write](note(1), refused)).rejects.toThrow(HistoryUnavailableError);
    await connection[write](note(2), wanted);
    expect(await notes()).toEqual([2]);
  });

  it.each(['transaction', 'statement'] as const)(
    'loses no %s to a transaction that could not be ended',
    async (write) => {
      // The database refuses to roll back once, as if it could not be reached.
      const query = source.query.bind(source);
      const refuse = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
      source.query = (sql: string) => (sql === 'ROLLBACK' ? Promise.reject(refuse) : query(sql));
      await expect(connection.transaction(note(1), refused)).rejects.toThrow('took too long');
      await expect(connection[write](note(2), wanted)).rejects.toThrow(HistoryUnavailableError);
      source.query = query;
      await connection[write](note(3), wanted);
      await source.query('BEGIN');
      await source.query('ROLLBACK');
      expect(await notes()).toEqual([3]);
    },
  );
});
