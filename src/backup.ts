import { operandsOf } from './command-line.js';
import { databaseUrlFromEnvironment } from './config/config.module.js';
import { ConfigError } from './config/config-error.js';
import { dialectOf } from './history/typeorm/dialects.js';
import { BackupError, DatabaseStartError } from './history/typeorm/sql-dialect.js';

const HELP = `usage: node dist/backup.js NEW_FILE

Copies the database of DATABASE_URL to a new file, while the service runs or not. The name may not begin with a minus;
write ./-name.

  --help     shows this
  --version  shows the version
`;

/** Whoever may read a copy reads all messages in it. */
process.umask(0o077);
const operands = operandsOf(process.argv.slice(2), HELP);
if (operands !== undefined) await copyTo(operands);

async function copyTo([target, ...more]: readonly string[]): Promise<void> {
  try {
    if (target === undefined || more.length > 0) throw new BackupError('usage: node dist/backup.js NEW_FILE');
    const url = databaseUrlFromEnvironment();
    const { source, target: copy, bytes } = await dialectOf(url).backUp(url, target);
    process.stdout.write(`${source} was copied to ${copy} (${bytes} bytes) and checked.\n`);
  } catch (error) {
    const expected = [BackupError, ConfigError, DatabaseStartError].some((type) => error instanceof type);
    if (!expected) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
