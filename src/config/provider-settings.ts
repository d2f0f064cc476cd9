import type { Dialect, ProviderConfig } from './app-config.js';
import { isLoopback } from './loopback.js';
import { PROVIDER_DEFAULTS, type BuiltIn } from './provider-defaults.js';
import type { Variables } from './variables.js';

/** Settings that are known without the environment; it must supply the rest. */
interface Beforehand {
  readonly dialect: Dialect;
  readonly baseUrl?: string;
  readonly model?: string;
}

const OPENAI: Beforehand = { dialect: 'openai' };
const BY_DIALECT: readonly Beforehand[] = [
  OPENAI,
  ...Object.values<Beforehand>(PROVIDER_DEFAULTS).filter(({ dialect }) => dialect !== 'openai'),
];

/** The prefix of a provider's variables: `my-llm` reads `MY_LLM_…`. */
export function prefixOf(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** A built-in provider. It exists when its key is set; its other variables are checked in any case. */
export function readBuiltIn(variables: Variables, name: BuiltIn): ProviderConfig | undefined {
  const provider = readSettings(variables, name, PROVIDER_DEFAULTS[name]);
  return provider?.apiKey === undefined ? undefined : provider;
}

/** A provider of `EXTRA_PROVIDERS`: an OpenAI-compatible server, or another account at a built-in provider. */
export function readExtra(variables: Variables, name: string): ProviderConfig | undefined {
  const variable = `${prefixOf(name)}_DIALECT`;
  const wanted = variables.get(variable)?.toLowerCase() ?? 'openai';
  const beforehand = BY_DIALECT.find(({ dialect }) => dialect === wanted);
  if (beforehand !== undefined) return readSettings(variables, name, beforehand);
  return variables.reject(variable, `must be one of ${BY_DIALECT.map(({ dialect }) => dialect).join(', ')}`);
}

function readSettings(variables: Variables, name: string, beforehand: Beforehand): ProviderConfig | undefined {
  const prefix = prefixOf(name);
  const setting = (suffix: string, fallback: string | undefined): string | undefined =>
    variables.get(prefix + suffix) ??
    fallback ??
    variables.reject(prefix + suffix, `must be set, because EXTRA_PROVIDERS names ${name}`);
  const baseUrl = readBaseUrl(variables, `${prefix}_BASE_URL`, setting('_BASE_URL', beforehand.baseUrl));
  const model = setting('_MODEL', beforehand.model);
  const apiKey = readApiKey(variables, `${prefix}_API_KEY`);
  const contextTokens = variables.wholeNumber(`${prefix}_CONTEXT_TOKENS`, 256, 100_000_000);
  if (apiKey !== undefined && baseUrl !== undefined) warnOfPlainHttp(variables, prefix, baseUrl);
  if (baseUrl === undefined || model === undefined) return undefined;
  return {
    name,
    dialect: beforehand.dialect,
    baseUrl,
    model,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
  };
}

function warnOfPlainHttp(variables: Variables, prefix: string, baseUrl: string): void {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol !== 'http:' || isLoopback(hostname)) return;
  const why = `so ${prefix}_API_KEY and all questions can be read by whoever is on the way; use https://`;
  variables.warnings.push(`${prefix}_BASE_URL begins with http:// and is not this machine, ${why}`);
}

/** Keys are sent in a header, which holds only visible ASCII. */
function readApiKey(variables: Variables, name: string): string | undefined {
  const key = variables.get(name);
  if (key !== undefined && /^["'`]|["'`]$/.test(key)) {
    variables.warnings.push(
      `${name} has a quotation mark at its ends, which is sent as a part of the key; take it away`,
    );
  }
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key;
  return variables.reject(name, 'must hold only visible ASCII characters without spaces');
}

function readBaseUrl(variables: Variables, name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    return variables.reject(name, 'must be an address that begins with http:// or https://');
  }
  const { username, password, search, hash, origin, pathname } = new URL(text);
  if (username + password !== '') return variables.reject(name, `must not hold credentials; use ${keyBeside(name)}`);
  if (search + hash !== '') return variables.reject(name, 'must not have a query or a fragment');
  const path = pathname.replace(/\/+$/, '');
  if (path.endsWith('/chat/completions'))
    return variables.reject(name, 'must not end in /chat/completions: it is added');
  return origin + path;
}

function keyBeside(baseUrlName: string): string {
  return baseUrlName.replace(/_BASE_URL$/, '_API_KEY');
}
