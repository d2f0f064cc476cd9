import { isLater } from './later-variables.js';
import { meantName } from './meant-name.js';
import { AMONG_OTHERS, AMONG_OURS } from './near-name.js';
import type { Variables } from './variables.js';

/** How a variable of a provider ends that `EXTRA_PROVIDERS` would have to list. */
const OF_A_PROVIDER = /^.+_(API_KEY|BASE_URL|MODEL|DIALECT|CONTEXT_TOKENS)$/;

/** Windows' folder for all users: there it is set everywhere. */
const OF_WINDOWS = 'PUBLIC';

/**
 * What is set and has no effect, to be called when all is read: names that Rondo does not know in the env file, and in the
 * environment, which is full of others' names, those that are nearly ours. A warning holds names, never values.
 */
export function ignoredVariables(variables: Variables, inFile: ReadonlySet<string>): string[] {
  const known = new Set([...variables.read, 'RONDO_ENV_FILE']);
  const unread = variables.set.filter((name) => !known.has(name) && (name !== OF_WINDOWS || inFile.has(name)));
  return unread.flatMap((name) => ignored(name, known, inFile.has(name)) ?? []);
}

function ignored(name: string, known: ReadonlySet<string>, inFile: boolean): string | undefined {
  if (isLater(name, known)) return `${name} is ignored: this version of Rondo does not have it yet`;
  const meant = meantName(name, known, inFile ? AMONG_OURS : AMONG_OTHERS);
  if (meant !== undefined) return `${name} is ignored: Rondo has no such variable; did you mean ${meant}?`;
  if (!inFile) return undefined;
  const why = OF_A_PROVIDER.test(name) ? 'EXTRA_PROVIDERS lists no such provider' : 'Rondo has no such variable';
  return `${name} in the env file is ignored: ${why}`;
}
