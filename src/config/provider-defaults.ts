/** What a provider is when its environment names nothing but the key. */
export interface ProviderDefaults {
  /** Without a trailing slash; requests go to this plus `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  /** `openai`, or a name with an entry in `providers/dialects/create-provider.ts`. */
  readonly dialect: string;
}

/** The built-in providers in their order of rotation: name → defaults, of models alive in November 2026. */
const BUILT_IN_PROVIDERS = {
  groq: { baseUrl: 'https://api.groq.com/openai/v1', model: 'openai/gpt-oss-120b', dialect: 'groq' },
  mistral: { baseUrl: 'https://api.mistral.ai/v1', model: 'mistral-small-latest', dialect: 'mistral' },
  deepseek: { baseUrl: 'https://api.deepseek.com', model: 'deepseek-flash', dialect: 'deepseek' },
} as const satisfies Readonly<Record<string, ProviderDefaults>>;

export type BuiltInDialect = (typeof BUILT_IN_PROVIDERS)[keyof typeof BUILT_IN_PROVIDERS]['dialect'];

