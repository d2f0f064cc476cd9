import type { ChatCompletionRequest, CompletionPart } from './completion.js';
import type { Misfit } from './completion-options.js';
import type { TokenFamily } from './tokens/token-estimator.js';

/** A provider of chat completions: request out, parts in. One object per configured provider. */
export interface ChatProvider {
  /** `groq`, `mistral`, `deepseek` or an extra's name. */
  readonly name: string;
  /** The model asked for unless the request names another. */
  readonly model: string;
  /** The model's context window in tokens. */
  contextTokens(model: string): number;
  /** Which constants an estimate for this model needs. */
  tokenFamily(model: string): TokenFamily;
  /** What of the request this provider is known not to take: then it need not be asked. */
  misfit(request: ChatCompletionRequest): Misfit | undefined;
  /**
   * The HTTP status with which the provider answers a request that costs nothing but needs its key; undefined: it has no
   * key. Throws {@link ProviderError} for anything else, and `signal.reason` when `signal` aborts.
   */
  keyStatus(signal: AbortSignal): Promise<number | undefined>;
  /**
   * Asks once. Yields one array of parts per socket read, never an empty one. Returns when the provider finished
   * (a finish reason or `[DONE]` was seen); throws {@link ProviderError} for anything else that ends the attempt,
   * and `signal.reason` when `signal` aborts, closing the provider's socket.
   */
  chatCompletionStream(
    request: ChatCompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionPart[], void, undefined>;
}

/** The configured providers, in `PROVIDERS` order: `@Inject(CHAT_PROVIDERS) providers: readonly ChatProvider[]`. */
export const CHAT_PROVIDERS = Symbol('CHAT_PROVIDERS');
