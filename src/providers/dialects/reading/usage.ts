import type { ReportedUsage } from '../../completion.js';
import { isObject, type JsonObject } from './json.js';

/**
 * What a provider reported of its usage; 0 is a value, anything but a count is absent. Where the total is more than its
 * two parts (xAI leaves reasoning out of `completion_tokens`), the rest was generated too.
 */
export function readUsage(value: unknown): ReportedUsage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = count(value['prompt_tokens']);
  const total = count(value['total_tokens']);
  const completion = count(value['completion_tokens']) ?? rest(total, prompt);
  if (prompt === undefined || completion === undefined) return undefined;
  const cached = cachedTokens(value);
  return {
    promptTokens: prompt,
    completionTokens: Math.max(completion, rest(total, prompt) ?? 0),
    totalTokens: total ?? prompt + completion,
    ...(cached === undefined ? {} : { cachedPromptTokens: cached }),
  };
}

function cachedTokens(usage: JsonObject): number | undefined {
  const details = usage['prompt_tokens_details'];
  const cached = count(usage['prompt_cache_hit_tokens']);
  return cached ?? (isObject(details) ? count(details['cached_tokens']) : undefined);
}

function rest(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined ? undefined : Math.max(total - part, 0);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}
