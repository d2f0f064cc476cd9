import { nearName, type Tolerance } from './near-name.js';

/** The ending of some names: a unit or a kind, in all spellings. It is often left out. */
const ENDING = /_(MS|MSECS?|MILLIS|MILLISECONDS|S|SECS?|SECONDS|URL|URI)$/;

/** The variable of a provider that a word stands for; the last word in a name decides. */
const OF_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ...['KEY', 'APIKEY', 'TOKEN', 'SECRET'].map((word) => [word, 'API_KEY'] as const),
  ...['URL', 'URI', 'BASE', 'BASEURL', 'ENDPOINT'].map((word) => [word, 'BASE_URL'] as const),
  ['MODEL', 'MODEL'],
  ['CONTEXT', 'CONTEXT_TOKENS'],
]);

/**
 * The known name that `name` most likely stands for, ignoring case. It may be misspelt, have another unit or none
 * (`PATIENCE`), leave words out (`MAX_TOKENS`), or name a provider's variable in other words (`GROQ_TOKEN`). Undefined
 * where none is near enough.
 */
export function meantName(name: string, known: ReadonlySet<string>, tolerance: Tolerance): string | undefined {
  const given = name.toUpperCase();
  return (
    nearName(given, known, tolerance) ??
    ofProvider(given, known) ??
    withEnding(given, known, tolerance) ??
    withMoreWords(given, known)
  );
}

/** Only for providers that exist. Kubernetes sets `GROQ_PORT` and the like for a service of that name. */
function ofProvider(given: string, known: ReadonlySet<string>): string | undefined {
  const [prefix] = [...known]
    .filter((name) => name.endsWith('_BASE_URL'))
    .map((name) => name.slice(0, -'BASE_URL'.length))
    .filter((candidate) => given.startsWith(candidate))
    .sort((a, b) => b.length - a.length);
  if (prefix === undefined) return undefined;
  const words = given.slice(prefix.length).split('_');
  const suffix = words.map((word) => OF_PROVIDERS.get(word)).findLast((found) => found !== undefined);
  return suffix === undefined ? undefined : prefix + suffix;
}

function withEnding(given: string, known: ReadonlySet<string>, tolerance: Tolerance): string | undefined {
  const byStem = new Map([...known].filter((name) => ENDING.test(name)).map((name) => [stemOf(name), name]));
  const stem = nearName(stemOf(given), byStem.keys(), tolerance);
  return stem === undefined ? undefined : byStem.get(stem);
}

/** The first word names the subject; alone it says too little. */
function withMoreWords(given: string, known: ReadonlySet<string>): string | undefined {
  const words = stemOf(given).split('_');
  if (words.length < 2) return undefined;
  return [...known].find((name) => {
    const all = name.split('_');
    if (all[0] !== words[0]) return false;
    let next = 0;
    for (const word of all) if (word === words[next]) next++;
    return next === words.length;
  });
}

function stemOf(name: string): string {
  return name.replace(ENDING, '');
}
