import type { CompletionOptions, FunctionTool, JsonSchemaFormat, ToolChoice } from '../completion-options.js';

/**
 * A request's options as fields of a body, in OpenAI's names and shapes; a dialect renames or drops what its provider has
 * differently. Empty where the request has none.
 */
export function optionFields(options: CompletionOptions | undefined): OptionFields {
  if (options === undefined) return {};
  const { tools, toolChoice, parallelToolCalls, responseFormat, stop, seed, topP } = options;
  const { presencePenalty, frequencyPenalty, reasoningEffort } = options;
  return {
    ...(tools && { tools: tools.map(toolField) }),
    ...(toolChoice !== undefined && { tool_choice: toolChoiceField(toolChoice) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    ...(responseFormat && {
      response_format: responseFormat.type === 'json_schema' ? schemaField(responseFormat) : responseFormat,
    }),
    ...(stop && { stop: [...stop] }),
    ...(seed !== undefined && { seed }),
    ...(topP !== undefined && { top_p: topP }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
    ...(reasoningEffort && { reasoning_effort: reasoningEffort }),
  };
}

export interface OptionFields {
  tools?: ToolField[];
  tool_choice?: unknown;
  parallel_tool_calls?: boolean;
  response_format?: object;
  stop?: string[];
  seed?: number;
  top_p?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  reasoning_effort?: string;
}

interface ToolField {
  type: 'function';
  function: { name: string; description?: string; parameters?: object; strict?: boolean };
}

/** For providers that don't know `strict` of a function. */
export function withoutStrict({ tools, ...fields }: OptionFields): OptionFields {
  if (tools === undefined) return fields;
  return {
    ...fields,
    tools: tools.map((tool) => {
      const { strict: _, ...called } = tool.function;
      return { ...tool, function: called };
    }),
  };
}

function toolField({ name, description, parameters, strict }: FunctionTool): ToolField {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(parameters && { parameters }),
      ...(strict !== undefined && { strict }),
    },
  };
}

function toolChoiceField(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: choice };
}

function schemaField({ type, ...format }: JsonSchemaFormat): object {
  return { type, json_schema: format };
}
