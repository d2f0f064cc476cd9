import type { AppConfig, ChatConfig, HttpConfig, LimitsConfig, RelayConfig } from './app-config.js';
import { ConfigError } from './config-error.js';
import { withEnvFile } from './env-file.js';
import { ignoredVariables } from './ignored-variables.js';
import { isLoopback, withoutBrackets } from './loopback.js';
import { readOrigins } from './origins.js';
import { readPlainVariables, type PlainVariables } from './plain-variables.js';
import { readProviders } from './provider-variables.js';
import { readProxy } from './proxy-variables.js';
import { readTrustProxy } from './trust-proxy.js';
import { Variables } from './variables.js';

const PER_ADDRESS_WHEN_PUBLIC = 600;

/**
 * The configuration that `env` (usually `process.env`), and the env file below it, decide. Frozen.
 * @throws ConfigError with every problem there is, not just the first.
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

/** For this machine alone, as far as one can tell: a proxy in front of it is named by one of the two variables. */
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
