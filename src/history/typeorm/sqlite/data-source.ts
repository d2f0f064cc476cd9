import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { DatabaseStartError } from '../sql-dialect.js';
import { databaseFile, makeFolder } from './database-url.js';
import { AttemptEntity } from '../entities/attempt.entity.js';
import { IdempotencyKeyEntity } from '../entities/idempotency-key.entity.js';
import { MessageEntity } from '../entities/message.entity.js';
import { SegmentEntity } from '../entities/segment.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import { CreateHistory1763800000000 } from '../migrations/1763800000000-create-history.js';
import { KeepCosts1763850000000 } from '../migrations/1763850000000-keep-costs.js';
import { KeepVersions1763900000000 } from '../migrations/1763900000000-keep-versions.js';
import { TimeAttempts1764100000000 } from '../migrations/1764100000000-time-attempts.js';
import { SearchMessages1763950000000 } from './migrations/1763950000000-search-messages.js';
import { QueueForSearch1764000000000 } from './migrations/1764000000000-queue-for-search.js';
import { RecordVersion1764050000000 } from './migrations/1764050000000-record-version.js';
import { bare, BUSY_TIMEOUT_MS, connect, IN_MEMORY } from './connections.js';
import { copyBeforeMigration } from './copy-before-migration.js';
import { isBusy, startProblem } from './problems.js';
import { refuseNewerSchema } from './schema-version.js';
import { WriteConnection } from './write-connection.js';

const SWITCH_RETRY_MS = 20;
/** After a burst the write-ahead log shrinks back to this. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

/** @throws DatabaseStartError where the URL can't be used. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    ...bare(databaseFile(databaseUrl) ?? IN_MEMORY),
    entities: [SessionEntity, MessageEntity, SegmentEntity, AttemptEntity, IdempotencyKeyEntity],
    migrations: [
      CreateHistory1763800000000,
      KeepCosts1763850000000,
      KeepVersions1763900000000,
      SearchMessages1763950000000,
      QueueForSearch1764000000000,
      RecordVersion1764050000000,
      TimeAttempts1764100000000,
    ],
  };
}

/**
 * Opens the connection that writes, making missing folders, and brings the schema up to date.
 * @throws DatabaseStartError with one line for people.
 */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  let source: DataSource | undefined;
  try {
    if (options.database !== IN_MEMORY) makeFolder(path.dirname(path.resolve(String(options.database))));
    source = await connect(options);
    await switchToLog(source);
    await refuseNewerSchema(source);
    await source.query('PRAGMA synchronous = NORMAL');
    // What is deleted is overwritten: docs/decisions/0014-deleting-erases.md.
    await source.query('PRAGMA secure_delete = ON');
    await source.query(`PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES}`);
    await copyBeforeMigration(source);
    await migrate(source);
    return source;
  } catch (error) {
    if (source?.isInitialized) await source.destroy();
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError(`DATABASE_URL: cannot use ${String(options.database)}: ${startProblem(error)}`);
  }
}

/** This switch fails at once where another process writes or makes it too: unlike other statements, it doesn't wait. */
async function switchToLog(source: DataSource): Promise<void> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await source.query<void>('PRAGMA journal_mode = WAL');
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await delay(SWITCH_RETRY_MS);
  }
}

/** All migrations in one transaction of ours, so that two processes that start together don't both run them. */
async function migrate(source: DataSource): Promise<void> {
  const work = async () => {
    await source.runMigrations({ transaction: 'none' });
    // On a read-only file a transaction that writes nothing would succeed.
    await source.query('DELETE FROM "migrations" WHERE "id" IS NULL');
  };
  await new WriteConnection(source).transaction(work, () => false);
}
