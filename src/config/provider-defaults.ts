import type { Dialect } from './app-config.js';

/** What a provider is when its environment names nothing but the key. */
export interface ProviderDefaults {
  /** Without a trailing slash; requests go to this plus `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly dialect: Dialect;
}

/** The built-in providers in their order of rotation: name → defaults, of models alive in November 2026. */
export const PROVIDER_DEFAULTS: Readonly<Record<string, ProviderDefaults>> = {
  groq: { baseUrl: 'https://api.groq.com/openai/v1', model: 'openai/gpt-oss-120b', dialect: 'groq' },
  mistral: { baseUrl: 'https://api.mistral.ai/v1', model: 'mistral-small-latest', dialect: 'mistral' },
  deepseek: { baseUrl: 'https://api.deepseek.com', model: 'deepseek-flash', dialect: 'deepseek' },
};
