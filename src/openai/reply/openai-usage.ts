import type { Usage } from '../../wire/answer-event.js';

/** What a completion used. The last two fields are Rondo's own. */
export interface OpenAiUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  /** True only where every provider asked reported it; else a local estimate. */
  accurate: boolean;
  cost_usd?: number;
}

/** Stopped before any provider began to answer. */
const NOTHING: OpenAiUsage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, accurate: false };

export function openAiUsage(usage: Usage | undefined): OpenAiUsage {
  if (usage === undefined) return NOTHING;
  const { tokens, accurate, prompt_tokens, completion_tokens, cost_usd } = usage;
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: tokens,
    accurate,
    ...(cost_usd === undefined ? {} : { cost_usd }),
  };
}
