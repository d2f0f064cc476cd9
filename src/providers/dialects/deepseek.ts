import type { CompletionOptions, Misfit, ReasoningEffort } from '../completion-options.js';
import { PASS_ALL } from './continuation/text-filter.js';
import type { Call, Dialect } from './dialect.js';
import { optionFields, withoutStrict, type OptionFields } from './option-fields.js';

/** It knows three steps, the highest of which nobody else has. */
const EFFORTS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'high',
  high: 'high',
  xhigh: 'high',
};

/**
 * DeepSeek continues an assistant message with `prefix: true` on its beta address, without repeating it. Thinking would
 * begin anew there, so it is switched off for the rest of an answer.
 */
export const deepseek: Dialect = {
  body: (call) => ({
    model: call.model,
    messages: call.messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(call.maxTokens === undefined ? {} : { max_tokens: call.maxTokens }),
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
    ...ownFields(call.options),
    ...(thinks(call) ? {} : { thinking: { type: 'disabled' } }),
  }),
  misfit,
  messageRules: { reasoningField: 'reasoning_content' },
  continuation: (partial) => ({
    turns: [{ role: 'assistant', content: partial, prefix: true }],
    filter: PASS_ALL,
  }),
  continuationBaseUrl: (baseUrl) => `${baseUrl.replace(/\/(v1|beta)$/, '')}/beta`,
};

function misfit({ responseFormat, parallelToolCalls, tools }: CompletionOptions): Misfit | undefined {
  if (responseFormat?.type === 'json_schema') return { field: 'response_format', why: 'it has no `json_schema`' };
  if (parallelToolCalls === false && tools !== undefined)
    return { field: 'parallel_tool_calls', why: 'it may call several tools at once' };
  return undefined;
}

/** A seed is best effort, and this provider has none. */
function ownFields(options: CompletionOptions | undefined): OptionFields {
  if (options === undefined) return {};
  const { seed: _, parallelToolCalls: __, reasoningEffort, toolChoice, ...others } = options;
  const effort = reasoningEffort === undefined || reasoningEffort === 'none' ? undefined : EFFORTS[reasoningEffort];
  return {
    // While it thinks it takes no choice of tools, not even the one that it makes anyway.
    ...withoutStrict(optionFields({ ...others, ...(toolChoice === 'auto' || !toolChoice ? {} : { toolChoice }) })),
    ...(effort !== undefined && { reasoning_effort: effort }),
  };
}

/**
 * It thinks unless told not to. Thinking it takes no forced choice of a tool, and wants back what it thought before each
 * tool call: unknown to callers that don't keep it, and where another provider made the call.
 */
function thinks({ continuing, options, messages }: Call): boolean {
  if (continuing) return false;
  if (options === undefined) return true;
  const { reasoningEffort, toolChoice } = options;
  if (reasoningEffort === 'none' || toolChoice === 'required' || typeof toolChoice === 'object') return false;
  return messages.every((message) => message.tool_calls === undefined || message.reasoning_content !== undefined);
}
