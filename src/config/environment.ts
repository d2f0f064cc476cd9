import { isIP } from 'node:net';
import type { AppConfig, ChatConfig, HttpConfig, LimitsConfig, ProxyConfig, RelayConfig } from './app-config.js';
import { ConfigError } from './config-error.js';
import { withEnvFile } from './env-file.js';
import { ignoredVariables } from './ignored-variables.js';
import { isLoopback, withoutBrackets } from './loopback.js';
import { readPlainVariables, type PlainVariables } from './plain-variables.js';
import { readProviders } from './provider-variables.js';
import { Variables } from './variables.js';

const PER_ADDRESS_WHEN_PUBLIC = 600;
const MAX_HOPS = 32;

/**
 * Reads the configuration from `env` (usually `process.env`) and the env file. It is frozen.
 * @throws ConfigError with all problems, not only the first
 */
export function loadConfig(env: NodeJS.ProcessEnv): AppConfig {
  const { values, inFile, warnings } = withEnvFile(env);
  const variables = new Variables(values);
  const config = readConfig(variables);
  const ignored = ignoredVariables(variables, inFile);
  if (variables.problems.length > 0) throw new ConfigError(variables.problems, ignored);
  variables.warnings.push(...warnings, ...ignored);
  return deepFreeze(config);
}

function readConfig(variables: Variables): AppConfig {
  const plain = readPlainVariables(variables);
  const http = readHttp(variables, plain);
  return {
    http,
    databaseUrl: plain.DATABASE_URL,
    providers: readProviders(variables),
    proxy: readProxy(variables),
    routingPolicy: plain.ROUTING_POLICY,
    limits: readLimits(variables, plain, http),
    chat: readChat(variables, plain),
    clocks: {
      connectMs: plain.CONNECT_TIMEOUT_MS,
      firstTokenMs: plain.FIRST_TOKEN_TIMEOUT_MS,
      idleMs: plain.IDLE_TIMEOUT_MS,
    },
    relay: {
      hedgeAfter: readHedgeAfter(variables),
      minTokensPerSecond: plain.MIN_TOKENS_PER_SECOND,
      patienceMs: plain.PATIENCE_MS,
    },
    shutdown: { delayMs: plain.SHUTDOWN_DELAY_MS, graceMs: plain.SHUTDOWN_GRACE_MS },
    logLevel: plain.LOG_LEVEL,
    warnings: variables.warnings,
  };
}

function readHttp(variables: Variables, plain: PlainVariables): HttpConfig {
  if (!isLoopback(plain.HOST) && !plain.ALLOW_UNAUTHENTICATED) {
    variables.reject(
      'HOST',
      'is not a loopback address and the service has no authentication: whoever reaches it can spend your keys. ' +
        'Set ALLOW_UNAUTHENTICATED=true to listen there all the same',
    );
  }
  return {
    host: withoutBrackets(plain.HOST),
    port: plain.PORT,
    publicUrls: readOrigins(variables, 'PUBLIC_URL'),
    corsOrigins: readOrigins(variables, 'CORS_ORIGINS'),
    trustProxy: readTrustProxy(variables),
  };
}

/** A comma list of origins such as `https://chat.example.com`, each without path, query and credentials. */
function readOrigins(variables: Variables, name: string): string[] {
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

/** `TRUST_PROXY`: a number of hops, or a comma list of addresses and CIDRs. Trusting everyone is not offered. */
function readTrustProxy(variables: Variables): HttpConfig['trustProxy'] {
  const value = variables.get('TRUST_PROXY');
  if (value === undefined || value === '0' || value === 'false') return false;
  if (/^\d{1,2}$/.test(value) && Number(value) <= MAX_HOPS) return Number(value);
  const networks = variables.list('TRUST_PROXY');
  if (networks.length > 0 && networks.every(isNetwork)) return networks;
  variables.reject('TRUST_PROXY', `must be a number of hops (at most ${String(MAX_HOPS)}) or a comma list of CIDRs`);
  return false;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The proxy for provider traffic: `PROXY_URL`, else `AI_PROXY_URL`; `NO_PROXY` in either case of its letters. */
function readProxy(variables: Variables): ProxyConfig {
  const [own, older] = [variables.get('PROXY_URL'), variables.get('AI_PROXY_URL')];
  const name = own === undefined ? 'AI_PROXY_URL' : 'PROXY_URL';
  const url = own ?? older;
  const [upper, lower] = [variables.get('NO_PROXY'), variables.get('no_proxy')];
  const bypass = (upper ?? lower ?? '').toLowerCase().split(/[\s,]+/);
  if (url !== undefined && !isProxyUrl(url))
    variables.reject(name, 'must be a URL such as http://proxy.example.com:3128');
  return { ...(url === undefined ? {} : { url }), bypass: bypass.filter((host) => host !== '') };
}

function isProxyUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readHedgeAfter(variables: Variables): RelayConfig['hedgeAfter'] {
  const value = variables.get('HEDGE_AFTER') ?? 'off';
  if (value === 'off' || value === 'p95') return value;
  if (/^[1-9]\d{0,7}$/.test(value)) return Number(value);
  variables.reject('HEDGE_AFTER', 'must be off, p95, or a number of milliseconds from 1 to 99999999');
  return 'off';
}

function readLimits(variables: Variables, plain: PlainVariables, http: HttpConfig): LimitsConfig {
  const perAddress =
    variables.wholeNumber('RATE_LIMIT_PER_ADDRESS', 1, 1_000_000_000) ??
    (isPrivate(http) ? undefined : PER_ADDRESS_WHEN_PUBLIC);
  return {
    perUser: plain.RATE_LIMIT,
    ...(perAddress === undefined ? {} : { perAddress }),
    windowMs: plain.RATE_LIMIT_WINDOW_MS,
    maxRunningAnswers: plain.MAX_RUNNING_ANSWERS,
    maxRunningPerUser: plain.MAX_RUNNING_PER_USER,
    maxOpenStreams: plain.MAX_OPEN_STREAMS,
    maxMessageChars: plain.MAX_MESSAGE_CHARS,
    blockedTerms: variables.list('BLOCKED_TERMS'),
  };
}

/**
 * Whether only this machine uses the service, as far as one can tell: with a proxy in front, one of the two variables
 * is set.
 */
function isPrivate({ host, publicUrls, trustProxy }: HttpConfig): boolean {
  return isLoopback(host) && publicUrls.length === 0 && trustProxy === false;
}

function readChat(variables: Variables, plain: PlainVariables): ChatConfig {
  const systemPrompt = variables.get('SYSTEM_PROMPT');
  return {
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    ...(plain.TEMPERATURE === undefined ? {} : { temperature: plain.TEMPERATURE }),
    maxOutputTokens: plain.MAX_OUTPUT_TOKENS,
    historyWindowMessages: plain.HISTORY_WINDOW_MESSAGES,
    answerTimeoutMs: plain.ANSWER_TIMEOUT_MS,
    detachGraceMs: plain.DETACH_GRACE_MS,
    continueAnswers: plain.CONTINUE_ANSWERS,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
