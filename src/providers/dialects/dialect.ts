import type { CompletionOptions, Misfit } from '../completion-options.js';
import type { TextFilter } from './continuation/text-filter.js';
import type { MessageRules, OutgoingMessage } from './outgoing-messages.js';
import type { ReadingHooks } from './reading/chunk-reader.js';

/** What is asked, before it takes a provider's shape. */
export interface Call {
  model: string;
  messages: readonly OutgoingMessage[];
  temperature?: number;
  maxTokens?: number;
  /** The answer was begun by an earlier attempt. */
  continuing: boolean;
  options?: CompletionOptions;
}

/** How an answer that was begun is to be gone on with. */
export interface Continuation {
  /** Messages after the user's question. */
  turns: OutgoingMessage[];
  /** Takes off what was shown already. */
  filter: TextFilter;
}

/** What differs between the providers, and nothing else. One object each: adding a provider is one file and one line. */
export interface Dialect {
  /** The JSON body, holding only what this provider accepts. */
  body(call: Call): Record<string, unknown>;
  continuation(partial: string): Continuation;
  /** The base address for continuing, where it differs from the usual one. */
  continuationBaseUrl?(baseUrl: string): string;
  readonly messageRules?: MessageRules;
  /** What of a request the provider is known not to take; what it turns out not to take it refuses itself. */
  misfit?(options: CompletionOptions): Misfit | undefined;
  /** Where this provider puts usage besides the usual places. */
  readonly reading?: ReadingHooks;
  /**
   * Another way to ask for the same after a refusal; undefined: there is none. It is kept for all requests that follow.
   * @param body the refusal's
   */
  adapted?(body: string): Dialect | undefined;
}
