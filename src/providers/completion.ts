import type { CompletionOptions } from './completion-options.js';

/** The inner vocabulary: what a provider is asked and what it says, whatever its wire format. */

export type ChatMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

interface SystemMessage {
  role: 'system';
  content: string;
}

export interface UserMessage {
  role: 'user';
  /** Its text. */
  content: string;
  /** Text and images in their order; only where there are images. */
  parts?: readonly ContentPart[];
}

export interface AssistantMessage {
  role: 'assistant';
  /** May be empty where tools were called. */
  content: string;
  toolCalls?: readonly ToolCall[];
  /** The reasoning before it, if the caller kept it. */
  reasoning?: string;
}

/** What a tool returned; it follows the assistant message that called it. */
interface ToolMessage {
  role: 'tool';
  content: string;
  toolCallId: string;
}

export type ContentPart = { type: 'text'; text: string } | ImagePart;

export interface ImagePart {
  type: 'image';
  /** `https://…` or `data:image/…;base64,…`; the provider fetches it, this service never does. */
  url: string;
  detail?: 'auto' | 'low' | 'high';
}

/** A call that the model made; `arguments` is JSON as the model wrote it. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

export interface ChatCompletionRequest {
  /** Oldest first; the last one is the user's question, or what tools returned. */
  messages: readonly ChatMessage[];
  /** Overrides the provider's configured model. */
  model?: string;
  temperature?: number;
  maxTokens?: number;
  /**
   * Text of the answer that was already shown. The provider is to continue exactly after it; the parts it yields
   * hold only what is new (echo and overlap already removed by the dialect). Absent or empty: a fresh answer.
   */
  partial?: string;
  /**
   * Of a caller that decides what the model sees: its messages are sent as they are, never trimmed, and tool calls are part
   * of the answer. Absent: a chat, which has text alone.
   */
  options?: CompletionOptions;
}

export interface ReportedUsage {
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  /** Of the prompt, those that the provider had in its cache; they cost less. Absent where it doesn't say. */
  cachedPromptTokens?: number;
}

export type CompletionFinish = 'stop' | 'length' | 'content_filter' | 'tool_calls';

/** A piece of a tool call, as OpenAI streams them: the first of each `index` has id and name, the others more arguments. */
export interface ToolCallPart {
  type: 'tool-call';
  /** 0, 1, 2 … within the answer. */
  index: number;
  id?: string;
  name?: string;
  /** May be empty. */
  arguments: string;
}

/** One thing a provider said. Text is well-formed UTF-16 and holds no NUL. */
export type CompletionPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** Only where the request has `options`. */
  | ToolCallPart
  /** May come more than once in an attempt: the last one holds, they are never added. */
  | { type: 'usage'; usage: ReportedUsage }
  | { type: 'finish'; reason: CompletionFinish };
