import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { lockFile } from './connections.js';

const OWNER_ID = /^[0-9a-f]{24}$/;

/**
 * Proof of life. Each process writes its answers under a random owner id and holds the lock on a file beside the
 * database while it lives, `<database>.owner-<id>`. The operating system lets go of it however the process ends, so
 * whoever can take that lock knows that the owner is gone.
 */
export class OwnerLock {
  private constructor(
    readonly owner: string,
    private readonly databasePath: string | undefined,
    private readonly letGo: () => Promise<void>,
  ) {}

  /** `databasePath` is undefined for a database in memory, which no other process sees. */
  static async acquire(databasePath: string | undefined): Promise<OwnerLock> {
    const owner = randomBytes(12).toString('hex');
    if (databasePath === undefined) return new OwnerLock(owner, databasePath, () => Promise.resolve());
    const path = pathOf(databasePath, owner);
    const lock = await lockFile(path);
    // Another process may have taken the new file for a stale one in the moment before it was locked.
    if (lock && existsSync(path)) return new OwnerLock(owner, databasePath, () => removeThenRelease(path, lock));
    await lock?.release();
    return OwnerLock.acquire(databasePath);
  }

  /** Whether the process behind `owner` has ended; its file is removed then. */
  async isGone(owner: string): Promise<boolean> {
    if (owner === this.owner) return false;
    if (this.databasePath === undefined) return true;
    const path = pathOf(this.databasePath, owner);
    if (!existsSync(path)) return true;
    const lock = await lockFile(path);
    if (!lock) return false;
    await removeThenRelease(path, lock);
    return true;
  }

  /**
   * Removes the files of processes that ended without removing their own.
   * @returns how many other processes have the database open
   */
  async sweep(): Promise<number> {
    if (this.databasePath === undefined) return 0;
    const prefix = basename(pathOf(this.databasePath, ''));
    const names = await readdir(dirname(this.databasePath));
    const owners = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    let others = 0;
    for (const owner of owners) {
      if (OWNER_ID.test(owner) && owner !== this.owner && !(await this.isGone(owner))) others++;
    }
    return others;
  }

  async release(): Promise<void> {
    await this.letGo();
  }
}

function pathOf(databasePath: string, owner: string): string {
  return `${databasePath}.owner-${owner}`;
}

/** Removed while held, so that nobody can lock a file that is about to go; Windows wants it the other way round. */
async function removeThenRelease(path: string, lock: { release(): Promise<void> }): Promise<void> {
  const removed = await tryToRemove(path);
  await lock.release();
  if (!removed) await tryToRemove(path);
}

async function tryToRemove(path: string): Promise<boolean> {
  return rm(path, { force: true }).then(
    () => true,
    () => false,
  );
}
