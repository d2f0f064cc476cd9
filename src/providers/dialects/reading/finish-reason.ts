import type { CompletionFinish } from '../../completion.js';

const FINISHES: Readonly<Record<string, CompletionFinish>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'content_filter',
  safety: 'content_filter',
  recitation: 'content_filter',
  prohibited_content: 'content_filter',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
};

/** The provider gave up in the middle, and says so in the place of a finish reason. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['error', 'insufficient_system_resource']);

/** A chunk's `finish_reason` in our words; undefined while the answer goes on. */
export function readFinish(value: unknown): CompletionFinish | 'broken-off' | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const reason = value.toLowerCase();
  return BROKEN_OFF.has(reason) ? 'broken-off' : (FINISHES[reason] ?? 'stop');
}
