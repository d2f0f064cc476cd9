import type { CompletionOptions, Misfit, ReasoningEffort } from '../completion-options.js';
import { continueByInstruction } from './continuation/by-instruction.js';
import { USUAL, type Dialect } from './dialect.js';
import { optionFields, withoutStrict, type OptionFields } from './option-fields.js';
import { isObject, type JsonObject } from './reading/json.js';

const MAX_STOPS = 4;

const EFFORTS: Readonly<Partial<Record<ReasoningEffort, ReasoningEffort>>> = { minimal: 'low', xhigh: 'high' };

const STREAMS_NO_JSON = /^['"`]?response_format['"`]? does not support streaming\b/;

/**
 * Groq sends usage unasked, in `x_groq` too (and once only there).
 * Its models don't reliably continue a trailing assistant message, so they are asked in words.
 */
export const groq: Dialect = variant({ streamsJson: true });

/** @param streamsJson answers in JSON mode come as a stream; those by a schema never do */
function variant({ streamsJson }: { streamsJson: boolean }): Dialect {
  const streams = (options: CompletionOptions | undefined): boolean => {
    const format = options?.responseFormat?.type;
    return format === undefined || (format === 'json_object' && streamsJson);
  };
  return {
    ...USUAL,
    body: ({ model, messages, temperature, maxTokens, options }) => ({
      model,
      messages,
      stream: streams(options),
      ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...ownFields(options),
    }),
    misfit,
    messageRules: { reasoningField: 'reasoning' },
    continuation: continueByInstruction,
    reading: { usage: ownUsage },
    adapted: ({ failure, envelope }) =>
      streamsJson && failure.kind === 'misfit' && envelope.messages.some((message) => STREAMS_NO_JSON.test(message))
        ? variant({ streamsJson: false })
        : undefined,
  };
}

function misfit({ stop = [], responseFormat, tools, ...options }: CompletionOptions): Misfit | undefined {
  if (stop.length > MAX_STOPS) return { field: 'stop', why: `at most ${MAX_STOPS} sequences` };
  if (responseFormat?.type === 'json_schema' && tools !== undefined)
    return { field: 'response_format', why: 'no `json_schema` together with tools' };
  // Zero is the default; any other value would be ignored.
  if (options.presencePenalty) return { field: 'presence_penalty' };
  if (options.frequencyPenalty) return { field: 'frequency_penalty' };
  return undefined;
}

function ownFields(options: CompletionOptions | undefined): OptionFields {
  if (options === undefined) return {};
  const { presencePenalty: _, frequencyPenalty: __, reasoningEffort, ...others } = options;
  const effort = reasoningEffort && (EFFORTS[reasoningEffort] ?? reasoningEffort);
  return withoutStrict(optionFields({ ...others, ...(effort && { reasoningEffort: effort }) }));
}

function ownUsage(chunk: JsonObject): unknown {
  const own = chunk['x_groq'];
  return isObject(own) ? own['usage'] : undefined;
}
