import type { Variables } from './variables.js';

/** A comma list of origins such as `https://chat.example.com`, each without path, query and credentials. */
export function readOrigins(variables: Variables, name: string): string[] {
  const origins = variables.list(name).map(originOf);
  const good = origins.filter((origin) => origin !== undefined);
  if (good.length < origins.length) {
    variables.reject(name, 'must be a comma list of origins such as https://chat.example.com, without a path');
  }
  return [...new Set(good)];
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text);
  const bare = pathname === '/' && search + hash + username + password === '';
  return bare && (protocol === 'http:' || protocol === 'https:') ? origin : undefined;
}
