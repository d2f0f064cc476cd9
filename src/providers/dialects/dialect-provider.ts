import type { ProviderConfig } from '../../config/app-config.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../completion.js';
import type { Misfit } from '../completion-options.js';
import { ProviderError } from '../provider-error.js';
import { contextTokens, DEFAULT_CONTEXT_TOKENS, maxOutputTokens, tokenFamily } from '../tokens/models.js';
import type { TokenFamily } from '../tokens/token-estimator.js';
import type { ConnectionPool } from '../upstream/connection-pool.js';
import type { Timing } from '../upstream/exchange.js';
import { openStream, type OpenStream, type RefusedStream, type StreamRequest } from '../upstream/open-stream.js';
import { PASS_ALL, type TextFilter } from './continuation/text-filter.js';
import { SkipPrefix } from './continuation/skip-prefix.js';
import type { Call, Dialect } from './dialect.js';
import { refusalFailure } from './failures/provider-failure.js';
import { outgoingMessages, wholeCodePoints } from './outgoing-messages.js';
import { CompletionReader } from './reading/completion-reader.js';
import { ThinkingModels } from './thinking-models.js';

/** After the finish reason only usage and `[DONE]` may follow; a server that keeps them back is not waited for. */
const TRAILER_MS = 2_000;

/** Asks one provider over HTTP: its dialect shapes the request, the stream is read the same way for all. */
export class DialectProvider implements ChatProvider {
  readonly name: string;
  readonly model: string;
  #dialect: Dialect;
  readonly #thinking = new ThinkingModels();

  constructor(
    private readonly config: ProviderConfig,
    dialect: Dialect,
    private readonly timing: Timing,
    private readonly pool: ConnectionPool,
  ) {
    this.name = config.name;
    this.model = config.model;
    this.#dialect = dialect;
  }

  contextTokens(model: string): number {
    const own = model === this.model ? this.config.contextTokens : undefined;
    return own ?? contextTokens(model) ?? this.config.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
  }

  tokenFamily(model: string): TokenFamily {
    return tokenFamily(model);
  }

  misfit({ options }: ChatCompletionRequest): Misfit | undefined {
    return options && this.#dialect.misfit?.(options);
  }

  async *chatCompletionStream(
    request: ChatCompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionPart[], void, undefined> {
    const { call, filter } = this.#callFor(request);
    const stream = await this.#open(call, signal);
    const beginning = call.continuing ? this.#thinking.beginningOfRest(call.model) : 'fresh';
    const toolCalls = request.options !== undefined;
    const reader = new CompletionReader(filter, { ...this.#dialect.reading, beginning, toolCalls });
    let whole = false;
    try {
      for (;;) {
        const bytes = await this.#next(stream, reader, signal);
        if (bytes === undefined) break;
        const parts = reader.push(bytes);
        if (reader.spoke) stream.tokenSeen();
        if (reader.finished) stream.endWithin(TRAILER_MS);
        if (parts.length > 0) {
          stream.progressed();
          yield parts;
        }
        if (reader.done || reader.failure !== undefined) break;
      }
      const last = reader.end();
      whole = reader.failure === undefined;
      if (last.length > 0) yield last;
      if (reader.failure !== undefined) throw reader.failure;
    } finally {
      stream.close(whole);
      if (reader.spoke && !call.continuing) this.#thinking.saw(call.model, reader.thoughtInText);
    }
  }

  /** What arrives next; undefined at the end. A connection that breaks after the finish reason has ended. */
  #next({ read }: OpenStream, reader: CompletionReader, signal: AbortSignal): Promise<Buffer[] | undefined> {
    if (!reader.finished) return read();
    return read().catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  #callFor(request: ChatCompletionRequest): { call: Call; filter: TextFilter } {
    const { temperature, maxTokens, options } = request;
    const model = request.model ?? this.model;
    const limit = maxTokens === undefined ? undefined : Math.min(maxTokens, maxOutputTokens(model) ?? maxTokens);
    const partial = wholeCodePoints(request.partial ?? '');
    // Nothing but white space is nothing to continue: the answer begins anew behind it.
    const continuation =
      partial.trim() === ''
        ? { turns: [], filter: partial === '' ? PASS_ALL : new SkipPrefix(partial) }
        : this.#dialect.continuation(partial);
    return {
      call: {
        model,
        messages: [...outgoingMessages(request.messages, this.#dialect.messageRules), ...continuation.turns],
        ...(temperature === undefined ? {} : { temperature }),
        ...(limit === undefined ? {} : { maxTokens: limit }),
        continuing: continuation.turns.length > 0,
        ...(options === undefined ? {} : { options }),
      },
      filter: continuation.filter,
    };
  }

  /** The clock of the first token runs on over all ways of asking. */
  async #open(call: Call, signal: AbortSignal): Promise<OpenStream> {
    const deadline = performance.now() + this.timing.firstTokenMs;
    for (;;) {
      const firstTokenMs = Math.max(1, Math.round(deadline - performance.now()));
      const answer = await openStream(this.pool, this.#requestFor(call), { ...this.timing, firstTokenMs }, signal);
      if (answer.ok) return answer;
      const adapted = answer.status === 400 || answer.status === 422 ? this.#dialect.adapted?.(answer.body) : undefined;
      if (adapted === undefined) throw this.#refusal(answer, call);
      this.#dialect = adapted;
    }
  }

  #refusal(answer: RefusedStream, call: Call): ProviderError {
    const failure = refusalFailure(answer, call.model === this.model);
    // A provider may repeat the key in what looks like a code.
    const message = failure.message.replaceAll(this.config.apiKey ?? '\0', '***');
    return new ProviderError({ ...failure, message });
  }

  #requestFor(call: Call): StreamRequest {
    const { baseUrl, apiKey } = this.config;
    const base = call.continuing ? (this.#dialect.continuationBaseUrl?.(baseUrl) ?? baseUrl) : baseUrl;
    return {
      path: `${new URL(base).pathname.replace(/\/+$/, '')}/chat/completions`,
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(this.#dialect.body(call)),
    };
  }
}
