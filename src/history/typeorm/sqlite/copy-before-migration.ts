import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DatabaseStartError } from '../sql-dialect.js';
import { copyDatabase, fileOf } from './connections.js';
import { startProblem } from './problems.js';

/** What it may hold is nobody else's business. */
const OWNER_ONLY = 0o600;
/** Older ones are removed: they hold what was deleted since. */
const KEPT_COPIES = 2;
/** A copy that has not grown for so long is of a process that was killed. */
const LEFT_BEHIND_MS = 3_600_000;

/**
 * Copies the database to a file beside it if migrations are about to change it: `<file>.before-<last migration>`.
 * A database in memory, or without tables, is not copied.
 * @throws DatabaseStartError where there is no room for the copy: then nothing is migrated
 */
export async function copyBeforeMigration(source: DataSource): Promise<void> {
  const file = fileOf(source);
  const pending = await pendingMigrations(source);
  const last = pending.at(-1);
  if (file === undefined || last === undefined) return;
  const copy = `${file}.before-${last}`;
  try {
    await writeCopy(file, copy);
    await removeOlder(file);
  } catch (error) {
    const { size } = await stat(file);
    throw new DatabaseStartError(
      `DATABASE_URL: cannot copy ${file} to ${copy} before changing its schema: ${startProblem(error)}. Nothing was ` +
        `changed; make room for ${Math.ceil(size / 1024 / 1024)} MB in its folder and start again`,
    );
  }
  new Logger('History').log({ copy }, 'copied the database before changing its schema');
}

/** By name, in order; none where there are no tables yet. */
async function pendingMigrations(source: DataSource): Promise<string[]> {
  const tables = await source.query<unknown[]>(`SELECT 1 FROM "sqlite_master" WHERE "name" = 'migrations'`);
  if (tables.length === 0) return [];
  const rows = await source.query<{ name: string }[]>('SELECT "name" FROM "migrations"');
  const run = new Set(rows.map(({ name }) => name));
  if (run.size === 0) return [];
  return source.migrations.map(({ constructor, name = constructor.name }) => name).filter((name) => !run.has(name));
}

/** Under its name there is only ever a whole copy that was checked and is on the disk. */
async function writeCopy(file: string, copy: string): Promise<void> {
  const partial = `${copy}.${process.pid}.partial`;
  try {
    await rm(partial, { force: true });
    await (await open(partial, 'wx', OWNER_ONLY)).close();
    await copyDatabase(file, partial);
    await rename(partial, copy);
  } finally {
    await rm(partial, { force: true });
  }
}

async function removeOlder(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.before-`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  const files = await Promise.all(
    names.map(async (name) => ({ name, madeAt: (await stat(path.join(folder, name))).mtimeMs })),
  );
  const copies = files.filter(({ name }) => !name.endsWith('.partial')).sort((one, other) => other.madeAt - one.madeAt);
  const partial = files.filter(({ name }) => name.endsWith('.partial'));
  const leftBehind = partial.filter(({ madeAt }) => Date.now() - madeAt > LEFT_BEHIND_MS);
  for (const { name } of [...copies.slice(KEPT_COPIES), ...leftBehind])
    await rm(path.join(folder, name), { force: true });
}
