import { databaseUrlFromEnvironment } from './config/config.module.js';
import { ConfigError } from './config/config-error.js';
import { BackupError, backUp } from './history/typeorm/backup.js';
import { DatabaseStartError } from './history/typeorm/database-start-error.js';

/** `node dist/backup.js FILE`: copies the database of `DATABASE_URL` to a new file, while the service runs or not. */
try {
  const [target, ...more] = process.argv.slice(2);
  if (target === undefined || more.length > 0) throw new BackupError('usage: node dist/backup.js NEW_FILE');
  const { source, target: copy, bytes } = await backUp(databaseUrlFromEnvironment(), target);
  process.stdout.write(`${source} was copied to ${copy} (${bytes} bytes) and checked.\n`);
} catch (error) {
  const expected = [BackupError, ConfigError, DatabaseStartError].some((type) => error instanceof type);
  if (!expected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
