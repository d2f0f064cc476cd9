import type { BuiltInDialect } from './provider-defaults.js';

/** Everything that the environment decides, read once at start by `environment.ts`. */
export interface AppConfig {
  readonly http: HttpConfig;
  /** `sqlite://…` or `sqlite::memory:`. */
  readonly databaseUrl: string;
  readonly providers: readonly ProviderConfig[];
  readonly proxy: ProxyConfig;
  readonly routingPolicy: RoutingPolicy;
  readonly limits: LimitsConfig;
  readonly chat: ChatConfig;
  readonly clocks: ClocksConfig;
  readonly relay: RelayConfig;
  readonly shutdown: { readonly delayMs: number; readonly graceMs: number };
  readonly logLevel: LogLevel;
  /** Warnings about set variables without effect; logged once at start. */
  readonly warnings: readonly string[];
}

/** Values of `ROUTING_POLICY`; each has a class in `providers/providers.module.ts`. */
export const ROUTING_POLICY_NAMES = ['round-robin'] as const;
export type RoutingPolicy = (typeof ROUTING_POLICY_NAMES)[number];

/** Injection token of {@link AppConfig}. */
export const APP_CONFIG = Symbol('APP_CONFIG');

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Origins people use, as `https://chat.example.com`. */
  readonly publicUrls: readonly string[];
  readonly corsOrigins: readonly string[];
  /** Express' `trust proxy`: hops, or addresses and CIDRs; false ignores `X-Forwarded-*`. */
  readonly trustProxy: false | number | readonly string[];
}

/** A wire format: `openai`, which any OpenAI-compatible server speaks, or a built-in provider's own. */
export type Dialect = BuiltInDialect | 'openai';

export interface ProviderConfig {
  readonly name: string;
  readonly dialect: Dialect;
  /** Without a trailing slash; requests go to this plus `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  /** Overrides the model table. */
  readonly contextTokens?: number;
}

export interface ProxyConfig {
  readonly url?: string;
  /** `NO_PROXY`: hosts and domain suffixes that bypass it. */
  readonly bypass: readonly string[];
}

export interface LimitsConfig {
  /** Chat requests per user in the window. */
  readonly perUser: number;
  /** Chat requests per client address in the window; undefined: off, and addresses have no share of the other bounds. */
  readonly perAddress?: number;
  readonly windowMs: number;
  readonly maxRunningAnswers: number;
  readonly maxRunningPerUser: number;
  /** Readers at once. */
  readonly maxOpenStreams: number;
  readonly maxMessageChars: number;
  readonly blockedTerms: readonly string[];
}

export interface ChatConfig {
  readonly systemPrompt?: string;
  readonly temperature?: number;
  readonly maxOutputTokens: number;
  readonly historyWindowMessages: number;
  readonly answerTimeoutMs: number;
  readonly detachGraceMs: number;
  readonly continueAnswers: boolean;
}

export interface RelayConfig {
  /** After how many ms without a first token a second provider is asked; `p95` of what first tokens took lately. */
  readonly hedgeAfter: 'off' | 'p95' | number;
  /** An attempt slower than this is given up; 0: none is. */
  readonly minTokensPerSecond: number;
  /** For how long a begun answer goes on asking after all providers have failed, in ms; a third of it before that. 0: not. */
  readonly patienceMs: number;
}

export interface ClocksConfig {
  readonly connectMs: number;
  readonly firstTokenMs: number;
  readonly idleMs: number;
}
