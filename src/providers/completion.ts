/** The inner vocabulary: what a provider is asked and what it says, whatever its wire format. */

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatCompletionRequest {
  /** Oldest first; the last one is the user's question. Roles alternate after an optional leading `system`. */
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
}

export interface ReportedUsage {
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  /** Of the prompt, those that the provider had in its cache; they cost less. Absent where it doesn't say. */
  cachedPromptTokens?: number;
}

export type CompletionFinish = 'stop' | 'length' | 'content_filter' | 'tool_calls';

/** One thing a provider said. Text is well-formed UTF-16 and holds no NUL. */
export type CompletionPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** May come more than once in an attempt: the last one holds, they are never added. */
  | { type: 'usage'; usage: ReportedUsage }
  | { type: 'finish'; reason: CompletionFinish };
