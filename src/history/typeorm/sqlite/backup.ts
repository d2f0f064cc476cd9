import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { BackupError, type Backup } from '../sql-dialect.js';
import { copyDatabase } from './connections.js';
import { databaseFile, makeFolder } from './database-url.js';
import { causeOf } from './problems.js';

export async function backUp(databaseUrl: string, target: string): Promise<Backup> {
  const source = databaseFile(databaseUrl);
  if (source === undefined) throw new BackupError('DATABASE_URL names a database in memory: there is no file to copy');
  if (!existsSync(source)) throw new BackupError(`there is no database at ${source} (DATABASE_URL)`);
  const file = path.resolve(target);
  if (existsSync(file)) throw new BackupError(`${file} exists: name a new file`);
  const partial = `${file}.partial`;
  try {
    makeFolder(path.dirname(file));
    await rm(partial, { force: true });
    await copyDatabase(source, partial);
    await rename(partial, file);
    return { source, target: file, bytes: (await stat(file)).size };
  } catch (error) {
    await rm(partial, { force: true });
    const cause = causeOf(error);
    throw new BackupError(`no backup of ${source}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
