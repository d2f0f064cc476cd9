import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

const DEFAULT_FILE = '.env';

/**
 * `env` with the variables of the env file below it: what the environment sets wins, even a blank. `RONDO_ENV_FILE`
 * names the file (which must exist then) and switches it off when blank; unset, `.env` is read where there is one.
 */
export function withEnvFile(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const named = env['RONDO_ENV_FILE']?.trim();
  if (named === '') return { ...env };
  const text = readText(resolve(named ?? DEFAULT_FILE), named !== undefined);
  return { ...parseEnv(text), ...env };
}

function readText(path: string, mustExist: boolean): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (reason === 'ENOENT' && !mustExist) return '';
    throw new ConfigError([
      mustExist
        ? `RONDO_ENV_FILE names a file that cannot be read (${reason}): ${path}`
        : `RONDO_ENV_FILE is unset and ${path} cannot be read (${reason})`,
    ]);
  }
}
