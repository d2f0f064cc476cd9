import { statSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { HistoryUnavailableError } from '../../history-store.js';

/** Less than this and the next questions may not fit. */
const LITTLE_ROOM_BYTES = 512 * 1024;

/** The code of {@link fileRemoved}'s cause. */
export const FILE_REMOVED = 'FILE_REMOVED';

/** Why nothing may be written where the path doesn't name the open file any more. */
export function fileRemoved(): HistoryUnavailableError {
  return new HistoryUnavailableError(
    'the database file was removed or replaced while the service runs, and what is written now is lost when it stops: ' +
      'move the file back, or restart the service to go on with what is at that path',
    { cause: Object.assign(new Error('the path names another file, or none'), { code: FILE_REMOVED }) },
  );
}

/** The file that is open, as the file system knows it: a path may come to name another one, or none. */
export class DatabaseFile {
  readonly #opened: string;

  /** The file has to be open already. */
  constructor(private readonly path: string) {
    this.#opened = identityOf(statSync(path, { bigint: true }));
  }

  /** @throws HistoryUnavailableError where the path doesn't name the open file any more: what is written is lost */
  async check(): Promise<void> {
    const found = await stat(this.path, { bigint: true }).then(identityOf, codeOf);
    if (found === this.#opened) return;
    // Whatever else keeps it from being looked at is no proof.
    if (found !== 'ENOENT' && !found.includes(':')) return;
    throw fileRemoved();
  }

  async hasLittleRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(path.dirname(this.path));
    return bavail * bsize < LITTLE_ROOM_BYTES;
  }
}

function identityOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
