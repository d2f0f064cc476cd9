import { DatabaseStartError, type SqlDialect } from './sql-dialect.js';
import { SQLITE } from './sqlite/sqlite-dialect.js';

/** By the scheme of `DATABASE_URL`, which is also TypeORM's name for the database. */
const DIALECTS: ReadonlyMap<string, SqlDialect> = new Map([['sqlite', SQLITE]]);

/**
 * The dialect of a database.
 * @param name a `DATABASE_URL`, or the `type` of a data source
 * @throws DatabaseStartError where Rondo has no such dialect
 */
export function dialectOf(name: string): SqlDialect {
  const dialect = DIALECTS.get(name.split(':', 1)[0] ?? '');
  if (dialect === undefined)
    throw new DatabaseStartError('DATABASE_URL has to be sqlite://PATH, with PATH a file, or sqlite::memory:');
  return dialect;
}
