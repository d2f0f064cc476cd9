/**
 * What a caller may ask for beyond a plain chat, each as OpenAI defines it. A dialect passes it on, rewrites it, or reports
 * that its provider doesn't take it ({@link Misfit}).
 */
export interface CompletionOptions {
  tools?: readonly FunctionTool[];
  /** `auto` where absent. */
  toolChoice?: ToolChoice;
  /** False: at most one call an answer. */
  parallelToolCalls?: boolean;
  /** Absent: text. */
  responseFormat?: ResponseFormat;
  /** The answer ends before any of these. */
  stop?: readonly string[];
  /** Best effort, by its definition. */
  seed?: number;
  topP?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  reasoningEffort?: ReasoningEffort;
}

/** `parameters` is the caller's JSON Schema, passed on unread. */
export interface FunctionTool {
  name: string;
  description?: string;
  parameters?: object;
  strict?: boolean;
}

export type ToolChoice = 'none' | 'auto' | 'required' | { name: string };

export type ResponseFormat = { type: 'json_object' } | JsonSchemaFormat;

/** `schema` is the caller's JSON Schema, passed on unread. */
export interface JsonSchemaFormat {
  type: 'json_schema';
  name: string;
  description?: string;
  schema?: object;
  strict?: boolean;
}

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** A field of a request that a provider doesn't take, by its name in OpenAI's API. */
export interface Misfit {
  /** `response_format`. */
  readonly field: string;
  /** In our own words, for people: which part of it, or why. */
  readonly why?: string;
}
