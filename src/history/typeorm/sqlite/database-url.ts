import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseStartError } from '../sql-dialect.js';

const FILE_SCHEME = 'sqlite://';

/**
 * The file that `DATABASE_URL` names, as an absolute path; undefined for `sqlite::memory:`.
 * @throws DatabaseStartError where it names neither.
 */
export function databaseFile(url: string): string | undefined {
  if (url === 'sqlite::memory:') return undefined;
  const name = url.startsWith(FILE_SCHEME) ? url.slice(FILE_SCHEME.length) : '';
  if (name === '' || name.endsWith('/')) {
    throw new DatabaseStartError('DATABASE_URL has to be sqlite://PATH, with PATH a file, or sqlite::memory:');
  }
  const file = path.resolve(name);
  if (isFolder(file))
    throw new DatabaseStartError(`DATABASE_URL: cannot use ${file}: it is a directory; name a file in it`);
  return file;
}

/** Makes a folder and what is missing above it. Node's own recursive mkdir never returns where /proc refuses it. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process that starts now may be quicker.
    if (!existsSync(folder)) throw error;
  }
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    // Whatever it is, opening it will tell.
    return false;
  }
}
