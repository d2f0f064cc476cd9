import type { ChatCompletionRequest, ReportedUsage } from '../../completion.js';
import { isObject, type JsonObject } from './json.js';

/** The most tokens that an attempt can have used. */
export interface UsageBound {
  readonly prompt: number;
  readonly completion: number;
}

/** What a provider may use beyond what goes over the wire: its own prompts and tools, images, hidden reasoning. */
const UNSEEN_TOKENS = 1_000_000;
/** A UTF-16 unit has at most three bytes of UTF-8, and a token has at least one. */
const TOKENS_PER_UNIT = 3;

/** Before anything was received. */
export function usageBound({ messages, partial = '', maxTokens = 0 }: ChatCompletionRequest): UsageBound {
  const units = messages.reduce((sum, { content }) => sum + content.length, partial.length);
  return { prompt: units * TOKENS_PER_UNIT + UNSEEN_TOKENS, completion: maxTokens + UNSEEN_TOKENS };
}

/**
 * What a provider reported of its usage. 0 is a value; anything but a whole number within the bound is absent. Where the
 * total is more than its two parts (xAI leaves reasoning out of `completion_tokens`), the rest was generated too.
 */
export function readUsage(value: unknown, most: UsageBound): ReportedUsage | undefined {
  if (!isObject(value)) return undefined;
  const promptTokens = count(value['prompt_tokens']);
  if (promptTokens === undefined || promptTokens > most.prompt) return undefined;
  const total = count(value['total_tokens']);
  const rest = total === undefined ? undefined : Math.max(total - promptTokens, 0);
  const completion = count(value['completion_tokens']) ?? rest;
  if (completion === undefined) return undefined;
  const completionTokens = Math.max(completion, rest ?? 0);
  if (completionTokens > most.completion) return undefined;
  const cached = cachedTokens(value);
  return {
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    ...(cached === undefined ? {} : { cachedPromptTokens: Math.min(cached, promptTokens) }),
  };
}

function cachedTokens(usage: JsonObject): number | undefined {
  const details = usage['prompt_tokens_details'];
  const cached = count(usage['prompt_cache_hit_tokens']);
  return cached ?? (isObject(details) ? count(details['cached_tokens']) : undefined);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
