import { chmodSync, existsSync, statSync } from 'node:fs';
import { databaseFile } from './database-url.js';

const BY_OTHERS = 0o007;
const OWNER_ONLY = 0o600;

/**
 * Takes the rights of every other account of the machine away from a database that has them, as one has that was made
 * under an umask of 022, and from the files beside it, which SQLite makes with the rights of the database. A group that was
 * let in on purpose (0640) stays. Gives a sentence for people on each file whose rights were changed, or could not be.
 */
export function closeToOthers(databaseUrl: string): string[] {
  const database = databaseFile(databaseUrl);
  if (database === undefined || process.platform === 'win32') return [];
  return ['', '-wal', '-shm'].flatMap((suffix) => closed(database + suffix) ?? []);
}

function closed(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const mode = statSync(file).mode;
  if ((mode & BY_OTHERS) === 0) return undefined;
  try {
    chmodSync(file, OWNER_ONLY);
    return `every account of this machine could read ${file}; now only its owner can`;
  } catch {
    return `every account of this machine can read ${file}, and this one may not change that`;
  }
}
