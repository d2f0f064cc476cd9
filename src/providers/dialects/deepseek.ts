import type { CompletionOptions, Misfit, ReasoningEffort } from '../completion-options.js';
import { continueByInstruction } from './continuation/by-instruction.js';
import { PASS_ALL } from './continuation/text-filter.js';
import { USUAL, type Call, type Continuation, type Dialect, type RefusedCall } from './dialect.js';
import { optionFields, withoutStrict, type OptionFields } from './option-fields.js';

/** It has three levels; nobody else has the highest. */
const EFFORTS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'high',
  high: 'high',
  xhigh: 'high',
};

/** An address is missing, whatever the body says. */
const NO_SUCH_ADDRESS: ReadonlySet<number> = new Set([404, 405, 410, 501]);

/**
 * DeepSeek continues an assistant message with `prefix: true` on its beta address, without repeating it. It would start
 * to think again there, so thinking is off for the rest of an answer.
 */
export const deepseek: Dialect = variant({ beta: true });

/** @param beta whether there is the beta address; a gateway in front of the provider may lack it */
function variant({ beta }: { beta: boolean }): Dialect {
  return {
    ...USUAL,
    body,
    misfit,
    messageRules: { reasoningField: 'reasoning_content' },
    ...(beta
      ? { continuation: continueByPrefix, continuationBaseUrl: betaUrl, adapted }
      : { continuation: continueByInstruction }),
  };
}

function continueByPrefix(partial: string): Continuation {
  return { turns: [{ role: 'assistant', content: partial, prefix: true }], filter: PASS_ALL };
}

function betaUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/(v1|beta)$/, '')}/beta`;
}

/** The usual address may take what the beta address refuses, in whatever words. */
function adapted({ call, failure }: RefusedCall): Dialect | undefined {
  const refused = failure.kind === 'misfit' || failure.kind === 'credentials';
  const missing = failure.status !== undefined && (failure.status < 400 || NO_SUCH_ADDRESS.has(failure.status));
  return call.continuing && (refused || missing) ? variant({ beta: false }) : undefined;
}

function body(call: Call): Record<string, unknown> {
  return {
    model: call.model,
    messages: call.messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(call.maxTokens === undefined ? {} : { max_tokens: call.maxTokens }),
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
    ...ownFields(call.options),
    ...(thinks(call) ? {} : { thinking: { type: 'disabled' } }),
  };
}

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
    // While it thinks it takes no `tool_choice`, not even the default.
    ...withoutStrict(optionFields({ ...others, ...(toolChoice === 'auto' || !toolChoice ? {} : { toolChoice }) })),
    ...(effort !== undefined && { reasoning_effort: effort }),
  };
}

/**
 * It thinks unless told not to. Then it takes no forced choice of a tool, and wants back what it thought before each tool
 * call. That is unknown where the caller did not keep it, or another provider made the call.
 */
function thinks({ continuing, options, messages }: Call): boolean {
  if (continuing) return false;
  if (options === undefined) return true;
  const { reasoningEffort, toolChoice } = options;
  if (reasoningEffort === 'none' || toolChoice === 'required' || typeof toolChoice === 'object') return false;
  return messages.every((message) => message.tool_calls === undefined || message.reasoning_content !== undefined);
}
