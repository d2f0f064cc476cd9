import type { CompletionFinish } from '../../completion.js';

/** A finish reason in our words. `unknown`: the answer ended, for a reason that no list below has. */
export type FinishWord = CompletionFinish | 'broken-off' | 'unknown';

/** Words of OpenAI, Anthropic, Bedrock, Gemini, Cohere, Mistral, z.ai, vLLM, SGLang, TGI and others. */
const WORDS: Readonly<Record<Exclude<FinishWord, 'unknown'>, string>> = {
  stop: 'stop stop_sequence end end_turn end_of_text eos eos_token complete completed normal',
  length: `length max_length max_len max_tokens max_output_tokens max_completion_tokens max_new_tokens maximum_tokens
    token_limit model_length incomplete repetition error_limit model_context_window_exceeded context_window_exceeded
    context_length_exceeded context_length`,
  content_filter: `content_filter content_filtered content_blocked guardrail_intervened refusal error_toxic sensitive
    content_sensitive safety recitation language blocklist prohibited_content spii model_armor image_safety
    image_recitation image_prohibited_content`,
  tool_calls: 'tool_calls tool_call tool_use function_call',
  'broken-off': `error failed failure abort aborted cancel cancelled canceled user_cancel network_error engine_error
    engine_overloaded server_error internal_error model_error insufficient_system_resource timeout time_limit
    malformed_function_call malformed_tool_call malformed_tool_use malformed_response malformed_model_output
    unexpected_tool_call too_many_tool_calls missing_thought_signature`,
};

/** What some servers write while the answer continues. */
const NO_REASON: ReadonlySet<string> = new Set(['', 'null', 'none', 'undefined', 'notfinished']);

const BY_LETTERS: ReadonlyMap<string, FinishWord> = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) =>
    words.split(/\s+/).map((word) => [letters(word), meaning as FinishWord]),
  ),
);

/** Longer than any reason: such a value is not looked at. */
const MAX_REASON_CHARS = 64;

/** A chunk's `finish_reason` in our words; undefined while the answer continues. */
export function readFinish(value: unknown): FinishWord | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length > MAX_REASON_CHARS) return 'unknown';
  const word = letters(value.trim());
  if (NO_REASON.has(word)) return undefined;
  return BY_LETTERS.get(word) ?? 'unknown';
}

/** `FinishReason.MAX_TOKENS`, `max-tokens` and `maxTokens` are one word; other scripts stay. */
function letters(word: string): string {
  return word
    .toLowerCase()
    .replace(/^(?:finish_?)?reason[._]/, '')
    .replaceAll(/[\s_.-]/g, '');
}
