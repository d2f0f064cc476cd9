import { resolve } from 'node:path';
import { DatabaseStartError } from './database-start-error.js';

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
  return resolve(path);
}
