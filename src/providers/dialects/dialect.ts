import type { CompletionOptions, Misfit } from '../completion-options.js';
import type { ProviderFailure } from '../provider-error.js';
import type { TextFilter } from './continuation/text-filter.js';
import type { ErrorEnvelope } from './failures/error-envelope.js';
import type { MessageRules, OutgoingMessage } from './outgoing-messages.js';
import type { ReadingHooks } from './reading/chunk-reader.js';

/** What is asked, before a dialect gives it a provider's shape. */
export interface Call {
  model: string;
  messages: readonly OutgoingMessage[];
  temperature?: number;
  maxTokens?: number;
  /** An earlier attempt started the answer. */
  continuing: boolean;
  options?: CompletionOptions;
}

/** How a started answer is continued. */
export interface Continuation {
  /** Messages after the user's question. */
  turns: OutgoingMessage[];
  /** Removes what was already shown. */
  filter: TextFilter;
}

/** A request that was refused, as the dialect that it was sent with sees it. */
export interface RefusedCall {
  call: Call;
  failure: ProviderFailure;
  envelope: ErrorEnvelope;
}

/** What differs between the providers, and nothing else. One object each; {@link USUAL} has what most have in common. */
export interface Dialect {
  /** The JSON body, holding only what this provider accepts. */
  body(call: Call): Record<string, unknown>;
  continuation(partial: string): Continuation;
  /** The base address for continuing. */
  continuationBaseUrl(baseUrl: string): string;
  readonly messageRules: MessageRules;
  /** What of a request the provider is known not to take; anything else it refuses by itself. */
  misfit(options: CompletionOptions): Misfit | undefined;
  /** Where this provider puts usage besides the usual places. */
  readonly reading: ReadingHooks;
  /**
   * Another way to ask for the same after a refusal; undefined: there is none. It goes by codes, fields and the start of
   * the provider's own sentence. The model keeps it if the server takes the request in this way.
   */
  adapted(refused: RefusedCall): Dialect | undefined;
}

/** A provider that takes every option, at one address, and whose refusals mean what they say. */
export const USUAL: Omit<Dialect, 'body' | 'continuation'> = {
  continuationBaseUrl: (baseUrl) => baseUrl,
  messageRules: {},
  misfit: () => undefined,
  reading: {},
  adapted: () => undefined,
};
