import type { ProviderConfig } from '../../config/app-config.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../completion.js';
import type { Misfit } from '../completion-options.js';
import { ProviderError, type ProviderFailure } from '../provider-error.js';
import { contextTokens, DEFAULT_CONTEXT_TOKENS, maxOutputTokens, tokenFamily } from '../tokens/models.js';
import type { TokenFamily } from '../tokens/token-estimator.js';
import type { ConnectionPool } from '../upstream/connection-pool.js';
import type { Timing } from '../upstream/exchange.js';
import { openStream, statusOf, type OpenStream, type StreamRequest } from '../upstream/open-stream.js';
import { PASS_ALL, type TextFilter } from './continuation/text-filter.js';
import { SkipPrefix } from './continuation/skip-prefix.js';
import type { Call, Dialect } from './dialect.js';
import { readErrorBody } from './failures/error-envelope.js';
import { refusalFailure } from './failures/provider-failure.js';
import { ModelMemory } from './model-memory.js';
import { outgoingMessages, wholeCodePoints } from './outgoing-messages.js';
import { CompletionReader } from './reading/completion-reader.js';
import { UnknownFinishes } from './reading/unknown-finishes.js';
import { usageBound } from './reading/usage.js';

/** How long to wait for usage, `[DONE]` or more content after the finish reason. */
const TRAILER_MS = 2_000;
/** Where a finish reason may stand beside text on every chunk, the answer may well continue. */
const LONGER_TRAILER_MS = 10_000;

/** Shorter ones are placeholders for servers that take any key: those need no check. */
const SHORTEST_KEY = 3;

/** A response that has started, and how it was asked for. */
interface Opened {
  stream: OpenStream;
  call: Call;
  filter: TextFilter;
  dialect: Dialect;
}

/** Asks one provider over HTTP: its dialect shapes the request, the stream is read the same way for all. */
export class DialectProvider implements ChatProvider {
  readonly name: string;
  readonly model: string;
  /** How each model is asked, where it refused the usual dialect and took this one. */
  readonly #adapted = new ModelMemory<Dialect>();
  /** Whether each model has ever put its thinking into the text of an answer. */
  readonly #thinks = new ModelMemory<boolean>();
  readonly #unknownFinishes: UnknownFinishes;

  constructor(
    private readonly config: ProviderConfig,
    private readonly dialect: Dialect,
    private readonly timing: Timing,
    private readonly pool: ConnectionPool,
  ) {
    this.name = config.name;
    this.model = config.model;
    this.#unknownFinishes = new UnknownFinishes(config.name);
  }

  contextTokens(model: string): number {
    const own = model === this.model ? this.config.contextTokens : undefined;
    return own ?? contextTokens(model) ?? this.config.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
  }

  tokenFamily(model: string): TokenFamily {
    return tokenFamily(model);
  }

  misfit({ options, model = this.model }: ChatCompletionRequest): Misfit | undefined {
    return options && this.#dialectOf(model).misfit(options);
  }

  async keyStatus(signal: AbortSignal): Promise<number | undefined> {
    if ((this.config.apiKey ?? '').length < SHORTEST_KEY) return undefined;
    const request = { path: pathAt(this.config.baseUrl, '/models'), headers: this.#headers() };
    return statusOf(this.pool, request, this.timing, signal);
  }

  async *chatCompletionStream(
    request: ChatCompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionPart[], void, undefined> {
    const opened = await this.#open(request, signal);
    const { stream, call, dialect } = opened;
    const reader = this.#readerFor(request, opened);
    let whole = false;
    try {
      for (;;) {
        const bytes = await this.#next(stream, reader, signal);
        if (bytes === undefined) break;
        const { said } = reader;
        const parts = reader.push(bytes);
        if (reader.said > said) stream.spoke();
        if (reader.mayBeOver) stream.endWithin(this.#trailerMs(reader));
        if (parts.length > 0) {
          this.#keep(call.model, dialect);
          yield parts;
        }
        if (reader.done || reader.failure !== undefined) break;
      }
      const last = reader.end();
      whole = reader.failure === undefined;
      if (whole) this.#keep(call.model, dialect);
      if (last.length > 0) yield last;
      if (reader.failure !== undefined) throw reader.failure;
    } finally {
      stream.close(whole);
      // A model that has thought may leave it out the next time.
      if (reader.spoke && !call.continuing)
        this.#thinks.set(call.model, reader.thoughtInText || this.#thinks.get(call.model) === true);
    }
  }

  #readerFor(request: ChatCompletionRequest, { call, filter, dialect }: Opened): CompletionReader {
    // In the rest of an answer a tag is text where the model is known not to think in its text.
    const rest = this.#thinks.get(call.model) === false ? 'text' : 'continued';
    return new CompletionReader(filter, {
      ...dialect.reading,
      beginning: call.continuing ? rest : 'fresh',
      toolCalls: request.options !== undefined,
      usageBound: usageBound(request),
      unknownFinish: (reason) => this.#unknownFinishes.see(reason),
    });
  }

  /** What arrives next; undefined at the end. A connection that breaks after the finish reason has ended. */
  #next({ read }: OpenStream, reader: CompletionReader, signal: AbortSignal): Promise<Buffer[] | undefined> {
    if (!reader.finished) return read();
    return read().catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
  }

  #trailerMs({ finishedApart }: CompletionReader): number {
    return finishedApart ? TRAILER_MS : Math.max(TRAILER_MS, Math.min(LONGER_TRAILER_MS, this.timing.idleMs));
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  #dialectOf(model: string): Dialect {
    return this.#adapted.get(model) ?? this.dialect;
  }

  /** The model answered what was asked in this way. */
  #keep(model: string, dialect: Dialect): void {
    if (dialect !== this.dialect && dialect !== this.#adapted.get(model)) this.#adapted.set(model, dialect);
  }

  #callFor(request: ChatCompletionRequest, dialect: Dialect): { call: Call; filter: TextFilter } {
    const { temperature, maxTokens, options } = request;
    const model = request.model ?? this.model;
    const limit = maxTokens === undefined ? undefined : Math.min(maxTokens, maxOutputTokens(model) ?? maxTokens);
    const partial = wholeCodePoints(request.partial ?? '');
    // White space alone is nothing to continue: the answer starts again after it.
    const continuation =
      partial.trim() === ''
        ? { turns: [], filter: partial === '' ? PASS_ALL : new SkipPrefix(partial) }
        : dialect.continuation(partial);
    return {
      call: {
        model,
        messages: [...outgoingMessages(request.messages, dialect.messageRules), ...continuation.turns],
        ...(temperature === undefined ? {} : { temperature }),
        ...(limit === undefined ? {} : { maxTokens: limit }),
        continuing: continuation.turns.length > 0,
        ...(options === undefined ? {} : { options }),
      },
      filter: continuation.filter,
    };
  }

  /**
   * Asks, and asks again in another way where that may help. A refusal is judged by the dialect that the request was sent
   * with, whatever others have learned meanwhile. One first-token clock runs for all ways of asking.
   */
  async #open(request: ChatCompletionRequest, signal: AbortSignal): Promise<Opened> {
    const deadline = performance.now() + this.timing.firstTokenMs;
    let dialect = this.#dialectOf(request.model ?? this.model);
    for (;;) {
      const firstTokenMs = Math.max(1, Math.round(deadline - performance.now()));
      const { call, filter } = this.#callFor(request, dialect);
      const asked = this.#requestFor(call, dialect);
      const answer = await openStream(this.pool, asked, { ...this.timing, firstTokenMs }, signal);
      if (answer.ok) return { stream: answer, call, filter, dialect };
      const envelope = readErrorBody(answer.body);
      const failure = refusalFailure(answer, call.model === this.model, envelope);
      const adapted = dialect.adapted({ call, failure, envelope });
      if (adapted === undefined) throw this.#refusal(failure);
      dialect = adapted;
    }
  }

  /** A provider may repeat the key in something that looks like a code. */
  #refusal(failure: ProviderFailure): ProviderError {
    const message = failure.message.replaceAll(this.config.apiKey ?? '\0', '***');
    return new ProviderError({ ...failure, message });
  }

  #requestFor(call: Call, dialect: Dialect): StreamRequest {
    const { baseUrl } = this.config;
    const base = call.continuing ? dialect.continuationBaseUrl(baseUrl) : baseUrl;
    return {
      path: pathAt(base, '/chat/completions'),
      headers: this.#headers(),
      body: JSON.stringify(dialect.body(call)),
    };
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.config;
    return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }
}

function pathAt(baseUrl: string, path: string): string {
  return `${new URL(baseUrl).pathname.replace(/\/+$/, '')}${path}`;
}
