import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

const DEFAULT_FILE = '.env';
const READABLE_BY_OTHERS = 0o004;
const SECRET = /(_API_KEY|PROXY_URL)$/;

/** The environment, completed from the env file. */
export interface Environment {
  readonly values: Readonly<Record<string, string | undefined>>;
  /** The names that are in the file. */
  readonly inFile: ReadonlySet<string>;
  /** Flaws of the file that let the service start. */
  readonly warnings: readonly string[];
}

/**
 * Completes `env` from the env file; what the environment sets wins, even a blank. `RONDO_ENV_FILE` names the file,
 * which must then exist, or switches it off when blank. Unset: `.env`, where there is one.
 */
export function withEnvFile(env: NodeJS.ProcessEnv): Environment {
  const named = env['RONDO_ENV_FILE']?.trim();
  if (named === '') return { values: { ...env }, inFile: new Set(), warnings: [] };
  const path = resolve(named ?? DEFAULT_FILE);
  const text = readText(path, named !== undefined);
  if (text === undefined) return { values: { ...env }, inFile: new Set(), warnings: [] };
  const variables = parseEnv(text);
  return {
    values: { ...variables, ...env },
    inFile: new Set(Object.keys(variables)),
    warnings: isOpen(path, variables) ? [`${path} holds keys and every account of this machine may read it`] : [],
  };
}

/** Windows has no such mode bits. */
function isOpen(path: string, variables: NodeJS.Dict<string>): boolean {
  const secrets = Object.entries(variables).filter(([name, value = '']) => SECRET.test(name) && value.trim() !== '');
  if (secrets.length === 0 || process.platform === 'win32') return false;
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & READABLE_BY_OTHERS) !== 0;
}

function readText(path: string, mustExist: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (reason === 'ENOENT' && !mustExist) return undefined;
    throw new ConfigError([
      mustExist
        ? `RONDO_ENV_FILE names a file that cannot be read (${reason}): ${path}`
        : `RONDO_ENV_FILE is unset and ${path} cannot be read (${reason})`,
    ]);
  }
}
