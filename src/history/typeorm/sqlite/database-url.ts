import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseStartError } from '../database-start-error.js';

const FILE_SCHEME = 'sqlite://';

/**
 * The file that `DATABASE_URL` names, as an absolute path; undefined for `sqlite::memory:`.
 * @throws DatabaseStartError where it names neither.
 */
export function databaseFile(url: string): string | undefined {
  if (url === 'sqlite::memory:') return undefined;
  const path = url.startsWith(FILE_SCHEME) ? url.slice(FILE_SCHEME.length) : '';
  if (path === '' || path.endsWith('/')) {
    throw new DatabaseStartError('DATABASE_URL has to be sqlite://PATH, with PATH a file, or sqlite::memory:');
  }
  const file = resolve(path);
  if (isFolder(file))
    throw new DatabaseStartError(`DATABASE_URL: cannot use ${file}: it is a directory; name a file in it`);
  return file;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever it is, opening it will tell.
    return false;
  }
}
