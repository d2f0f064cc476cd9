import type { SqlDialect } from '../sql-dialect.js';
import { backUp } from './backup.js';
import { dataSourceOptions, openDataSource } from './data-source.js';
import { closeToOthers } from './private-files.js';
import { SqliteDatabase } from './sqlite-database.js';

/** One file, or memory; any number of processes of one machine may share a file. */
export const SQLITE: SqlDialect = {
  dataSourceOptions,
  openDataSource,
  openDatabase: (writer) => SqliteDatabase.open(writer),
  backUp,
  closeToOthers,
};
