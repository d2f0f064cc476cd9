/** The settings of a provider whose key alone is set. */
interface ProviderDefaults {
  /** Without a trailing slash; requests go to this plus `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  /** `openai`, or a name with an entry in `providers/dialects/create-provider.ts`. */
  readonly dialect: string;
}

/** The built-in providers in their order of rotation, with models alive in November 2026. */
export const PROVIDER_DEFAULTS = {
  groq: { baseUrl: 'https://api.groq.com/openai/v1', model: 'openai/gpt-oss-120b', dialect: 'groq' },
  mistral: { baseUrl: 'https://api.mistral.ai/v1', model: 'mistral-small-latest', dialect: 'mistral' },
  deepseek: { baseUrl: 'https://api.deepseek.com', model: 'deepseek-flash', dialect: 'deepseek' },
} as const satisfies Readonly<Record<string, ProviderDefaults>>;

export type BuiltIn = keyof typeof PROVIDER_DEFAULTS;
export type BuiltInDialect = (typeof PROVIDER_DEFAULTS)[BuiltIn]['dialect'];

export const BUILT_IN = Object.keys(PROVIDER_DEFAULTS) as BuiltIn[];
