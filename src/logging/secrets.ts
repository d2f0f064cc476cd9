import type { AppConfig } from '../config/app-config.js';

/**
 * The secrets of the configuration, which no log line may hold: keys, and the credentials of URLs in all their forms.
 */
export function secretsOf({ providers, proxy, databaseUrl }: AppConfig): string[] {
  const keys = providers.flatMap(({ apiKey }) => (apiKey === undefined ? [] : [apiKey]));
  const urls = [
    databaseUrl,
    ...providers.map(({ baseUrl }) => baseUrl),
    ...(proxy.url === undefined ? [] : [proxy.url]),
  ];
  return [...keys, ...urls.flatMap(credentialsOf)];
}

/** The password, and `user:password` as Basic authentication encodes it. */
function credentialsOf(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  if (password === '') return [];
  const plain = decoded(password);
  return [plain, password, `${decoded(username)}:${plain}`];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
