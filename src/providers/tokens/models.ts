import type { Usage } from '../../wire/answer-event.js';
import type { ReportedUsage } from '../completion.js';
import type { TokenFamily } from './token-estimator.js';

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  /** Of prompt tokens that the provider had in its cache; without it they cost what others do. */
  readonly cachedInput?: number;
  readonly output: number;
  /** At these times the price differs, or is not certain. */
  readonly uncertainAt?: (at: Date) => boolean;
}

interface Model {
  readonly ids: readonly string[];
  /** Tokens of prompt and answer together. */
  readonly context: number;
  readonly maxOutput?: number;
  readonly price?: Price;
  readonly family: TokenFamily;
}

/** The window of an unknown model. */
export const DEFAULT_CONTEXT_TOKENS = 32_768;

/**
 * DeepSeek doubles its prices Mon–Fri 01:00–04:00 and 06:00–10:00 UTC, but not on Chinese public holidays, which this table
 * doesn't know: within those hours no cost is given.
 */
function isDeepSeekPeak(at: Date): boolean {
  const day = at.getUTCDay();
  const hour = at.getUTCHours();
  return day >= 1 && day <= 5 && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
}

/** Models alive in November 2026, by the providers' own pages. Prices are list prices: indicative, not an invoice. */
const MODELS: readonly Model[] = [
  {
    ids: ['openai/gpt-oss-120b'],
    context: 131_072,
    maxOutput: 65_536,
    price: { input: 0.15, cachedInput: 0.075, output: 0.6 },
    family: 'gpt-oss',
  },
  {
    ids: ['openai/gpt-oss-20b'],
    context: 131_072,
    maxOutput: 65_536,
    price: { input: 0.075, cachedInput: 0.0375, output: 0.3 },
    family: 'gpt-oss',
  },
  {
    ids: ['openai/gpt-oss-safeguard-20b'],
    context: 131_072,
    maxOutput: 65_536,
    price: { input: 0.075, output: 0.3 },
    family: 'gpt-oss',
  },
  {
    ids: ['qwen/qwen3.8-27b'],
    context: 131_042,
    maxOutput: 16_384,
    price: { input: 0.8, output: 4 },
    family: 'thinking',
  },
  { ids: ['qwen/qwen3.6-27b'], context: 131_072, price: { input: 0.6, output: 3 }, family: 'thinking' },
  { ids: ['qwen/qwen3-32b'], context: 131_072, price: { input: 0.29, output: 0.59 }, family: 'thinking' },
  // Compound systems bill the models and tools they use: no price of their own.
  { ids: ['groq/compound', 'groq/compound-mini'], context: 131_072, family: 'gpt-oss' },
  mistral(['mistral-large-2512', 'mistral-large-latest'], 256_000, { input: 0.5, output: 1.5 }),
  mistral(['mistral-medium-3-5', 'mistral-medium-latest', 'mistral-medium-3'], 256_000, { input: 1.5, output: 7.5 }),
  mistral(['mistral-small-2603', 'mistral-small-latest'], 256_000, { input: 0.15, output: 0.6 }),
  mistral(['ministral-14b-2512', 'ministral-14b-latest'], 256_000, { input: 0.2, output: 0.2 }),
  mistral(['ministral-8b-2512', 'ministral-8b-latest'], 256_000, { input: 0.15, output: 0.15 }),
  mistral(['ministral-3b-2512', 'ministral-3b-latest'], 256_000, { input: 0.1, output: 0.1 }),
  mistral(['codestral-2508', 'codestral-latest'], 128_000, { input: 0.3, output: 0.9 }),
  {
    ids: ['zai-glm-5-2'],
    context: 1_000_000,
    price: { input: 1.4, cachedInput: 0.14, output: 4.4 },
    family: 'thinking',
  },
  {
    ids: ['deepseek-flash', 'deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
    context: 1_048_565,
    maxOutput: 384_000,
    price: { input: 0.15, cachedInput: 0.003, output: 0.6, uncertainAt: isDeepSeekPeak },
    family: 'thinking',
  },
  {
    ids: ['deepseek-v4-pro'],
    context: 1_048_565,
    maxOutput: 384_000,
    price: { input: 0.66, cachedInput: 0.022, output: 1.98, uncertainAt: isDeepSeekPeak },
    family: 'thinking',
  },
];

const BY_ID: ReadonlyMap<string, Model> = new Map(MODELS.flatMap((model) => model.ids.map((id) => [id, model])));

/** Mistral refuses a `max_tokens` of its window or more. */
function mistral(ids: readonly string[], context: number, price: Price): Model {
  return { ids, context, maxOutput: context - 1, price, family: 'plain' };
}

/** Whether the table knows this model. */
export function isKnownModel(model: string): boolean {
  return BY_ID.has(model);
}

/** Callers may name any model; as a metric's label only those count that are known or `configured`. */
export function modelLabel(model: string, configured: string | undefined): string {
  return model === configured || isKnownModel(model) ? model : 'other';
}

/** The model's context window in tokens; undefined for an unknown model. */
export function contextTokens(model: string): number | undefined {
  return BY_ID.get(model)?.context;
}

/** The most tokens an answer may have; undefined where that is not known. */
export function maxOutputTokens(model: string): number | undefined {
  return BY_ID.get(model)?.maxOutput;
}

/** The family of a known model, else a guess by its name. */
export function tokenFamily(model: string): TokenFamily {
  const known = BY_ID.get(model)?.family;
  if (known !== undefined) return known;
  if (/gpt-oss/i.test(model)) return 'gpt-oss';
  return /deepseek|qwen-?3|qwq|magistral|glm|-r1\b|think|reason/i.test(model) ? 'thinking' : 'plain';
}

/**
 * What a request cost in US dollars by the provider's list price; undefined for an unknown model and where the price at
 * that time is not certain. Prompt tokens that were not reported as cached count as not cached. Whole multiples of 1e-10,
 * which every listed price is per token: adding up fractions leaves a tail of digits.
 */
export function costUsd(model: string, usage: ReportedUsage, at: Date = new Date()): number | undefined {
  const price = BY_ID.get(model)?.price;
  if (price === undefined || price.uncertainAt?.(at) === true) return undefined;
  const cached = Math.min(usage.cachedPromptTokens ?? 0, usage.promptTokens);
  const input = (usage.promptTokens - cached) * price.input + cached * (price.cachedInput ?? price.input);
  return Math.round((input + usage.completionTokens * price.output) * 1e4) / 1e10;
}

/** What a provider reported, with what it costs at list price. */
export function reportedUsage(model: string, usage: ReportedUsage): Usage {
  const cost = costUsd(model, usage);
  return {
    tokens: usage.totalTokens,
    accurate: true,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}
