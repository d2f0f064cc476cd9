import { existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { databaseFile } from './database-url.js';
import { makeFolder } from '../make-folder.js';
import { copyDatabase } from './connections.js';
import { causeOf } from './problems.js';

/** There is no backup; the message says why in one line and is meant for people. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** What was copied from where, and how large the copy is. */
export interface Backup {
  readonly source: string;
  readonly target: string;
  readonly bytes: number;
}

/**
 * Copies the database that `databaseUrl` names to the new file `target`, as it is at one moment, while processes go on
 * writing to it. Under that name there is only ever a whole copy that was checked and is on the disk.
 * @throws BackupError
 */
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
    await flush(partial);
    await rename(partial, file);
    return { source, target: file, bytes: (await stat(file)).size };
  } catch (error) {
    await rm(partial, { force: true });
    const cause = causeOf(error);
    throw new BackupError(`no backup of ${source}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** SQLite leaves a copy to the operating system, which may write it to the disk later. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
