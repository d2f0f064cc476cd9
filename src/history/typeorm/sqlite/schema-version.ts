import type { DataSource, QueryRunner } from 'typeorm';
import { VERSION } from '../../../config/version.js';
import { DatabaseStartError } from '../sql-dialect.js';

/**
 * The schema records the oldest Rondo that can use it. Later migrations that an older Rondo doesn't know are no reason
 * to refuse: whoever writes one that older versions can't live with raises that version by {@link needAtLeast}.
 */
const TABLE = 'schema_version';

export async function createSchemaVersion(runner: QueryRunner, oldest: string): Promise<void> {
  await runner.query(`CREATE TABLE "${TABLE}" ("oldest" text NOT NULL)`);
  await runner.query(`INSERT INTO "${TABLE}" ("oldest") VALUES (?)`, [oldest]);
}

export async function dropSchemaVersion(runner: QueryRunner): Promise<void> {
  await runner.query(`DROP TABLE "${TABLE}"`);
}

/** For migrations: from now on only Rondo `oldest` and newer can use the database. */
export async function needAtLeast(runner: QueryRunner, oldest: string): Promise<void> {
  await runner.query(`UPDATE "${TABLE}" SET "oldest" = ?`, [oldest]);
}

/** @throws DatabaseStartError where the schema needs a newer Rondo than this one */
export async function refuseNewerSchema(source: DataSource, version = VERSION): Promise<void> {
  const known = await source.query<unknown[]>(`SELECT 1 FROM "sqlite_master" WHERE "name" = '${TABLE}'`);
  if (known.length === 0) return;
  const [row] = await source.query<{ oldest: string }[]>(`SELECT "oldest" FROM "${TABLE}"`);
  if (row === undefined || compareVersions(version, row.oldest) >= 0) return;
  throw new DatabaseStartError(
    `DATABASE_URL: ${String(source.options.database)} needs Rondo ${row.oldest} or newer, and this is ${version}: ` +
      'start that version, or put the copy in its place that was made before the upgrade (docs/operations.md, "Upgrade")',
  );
}

/** By their three numbers; negative where `one` is older. */
function compareVersions(one: string, other: string): number {
  const [ours, theirs] = [numbersOf(one), numbersOf(other)];
  for (const [at, number] of ours.entries()) {
    const difference = number - (theirs[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return (version.split(/[-+]/, 1)[0] ?? '').split('.').map(Number);
}
