import type { CompletionFinish, CompletionPart } from '../../completion.js';
import { ProviderError } from '../../provider-error.js';
import type { TextFilter } from '../continuation/text-filter.js';
import { streamFailure } from '../failures/provider-failure.js';
import { readDelta, type DeltaSink } from './delta.js';
import { readFinish } from './finish-reason.js';
import { InlineThinking, type Beginning } from './inline-thinking.js';
import { isObject, type JsonObject } from './json.js';
import { PartList } from './part-list.js';
import { ToolCallReader } from './tool-calls.js';
import { readUsage } from './usage.js';
import { WellFormedText } from './well-formed-text.js';

/** Where a provider puts things besides the usual places. */
export interface ReadingHooks {
  usage?(chunk: JsonObject): unknown;
  readonly beginning?: Beginning;
  /** The caller takes tool calls; else they are left out. */
  readonly toolCalls?: boolean;
}

/** JSON chunks → parts. Reads every shape any provider is known to send; only the first choice counts. */
export class ChunkReader {
  /** Something was said, if only text that is still held back. */
  spoke = false;
  finish: CompletionFinish | undefined;
  /** What the provider failed with; nothing is read after it. */
  failure: ProviderError | undefined;
  #hasText = false;
  readonly #parts = new PartList();
  readonly #text = new WellFormedText();
  readonly #reasoning = new WellFormedText();
  readonly #thinking: InlineThinking;
  readonly #calls: ToolCallReader | undefined;
  readonly #sink: DeltaSink = {
    text: (content) => {
      this.spoke = true;
      this.#thinking.push(this.#text.push(content));
    },
    reasoning: (content) => {
      this.spoke = true;
      this.#parts.say('reasoning', this.#reasoning.push(content));
    },
  };

  constructor(
    private readonly filter: TextFilter,
    private readonly hooks: ReadingHooks = {},
  ) {
    this.#thinking = new InlineThinking(
      {
        text: (content) => {
          this.#hasText ||= content !== '';
          this.#parts.say('text', filter.push(content));
        },
        reasoning: (content) => this.#parts.say('reasoning', content),
      },
      hooks.beginning,
    );
    if (hooks.toolCalls === true) this.#calls = this.#readCalls();
  }

  /** The model put its thinking into the text. */
  get thoughtInText(): boolean {
    return this.#thinking.thought;
  }

  /**
   * A finish reason made the text (or the tool calls) an answer: no failure behind it takes that back, or another provider
   * would write on. Reasoning alone is no answer: OpenRouter sends `length` twice and then the error that left it at that.
   * Nor is a finish reason believed that comes in one chunk with an error.
   */
  get whole(): boolean {
    if (this.finish === 'tool_calls') return true;
    return this.finish !== undefined && (this.#hasText || this.#calls?.any === true);
  }

  read(chunk: JsonObject): void {
    const choice = firstChoice(chunk['choices']);
    const delta = choice?.['delta'] ?? choice?.['message'];
    if (isObject(delta)) readDelta(delta, this.#sink);
    this.#readUsage(chunk);
    const error = [chunk['error'], choice?.['error'], groqError(chunk)].find(isError);
    if (error !== undefined) this.failWith(error, chunk);
    else if (chunk['object'] === 'error') this.failWith(chunk);
    else this.#readFinish(choice?.['finish_reason']);
  }

  /** The provider itself says that it failed. */
  failWith(error: unknown, chunk?: JsonObject): void {
    this.fail(streamFailure(error, chunk, this.spoke));
  }

  /** Ends the answer, unless it is {@link whole}. */
  fail(failure: ProviderError): void {
    if (!this.whole) this.failure ??= failure;
  }

  take(): CompletionPart[] {
    return this.#parts.take();
  }

  /** The provider is done: what was held back, and the finish if it completed the answer. */
  end(): CompletionPart[] {
    this.#thinking.push(this.failure === undefined ? this.#text.end() : '');
    this.#thinking.end();
    if (this.failure === undefined) this.#calls?.end();
    if (this.failure !== undefined) return this.take();
    this.#parts.say('reasoning', this.#reasoning.end());
    this.#parts.say('text', this.filter.end());
    return [...this.take(), { type: 'finish', reason: this.#finishReason() }];
  }

  #readCalls(): ToolCallReader {
    const calls = new ToolCallReader({
      part: (part) => this.#parts.call(part),
      broken: (message) => (this.failure ??= badResponse(message)),
    });
    this.#sink.toolCalls = (entries) => {
      this.spoke = true;
      calls.push(entries);
    };
    return calls;
  }

  /** Some say `stop` after a tool call, or `tool_calls` for tools that they called themselves. */
  #finishReason(): CompletionFinish {
    const finish = this.finish ?? 'stop';
    if (this.#calls === undefined || (finish !== 'stop' && finish !== 'tool_calls')) return finish;
    return this.#calls.any ? 'tool_calls' : 'stop';
  }

  #readFinish(reason: unknown): void {
    const finish = readFinish(reason);
    if (finish === 'broken-off') {
      const message = 'broke the answer off';
      this.fail(new ProviderError({ kind: 'server', code: 'provider_unavailable', message }));
    } else this.finish ??= finish;
  }

  #readUsage(chunk: JsonObject): void {
    const usage = readUsage(chunk['usage']) ?? readUsage(this.hooks.usage?.(chunk));
    if (usage !== undefined) this.#parts.use(usage);
  }
}

/** `choices` may be absent or empty; with several answers at once they come in any order. */
function firstChoice(choices: unknown): JsonObject | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices) {
    if (isObject(choice) && (choice['index'] === 0 || typeof choice['index'] !== 'number')) return choice;
  }
  return undefined;
}

/** Groq's place for why an answer broke, also where an address isn't known to be Groq's. */
function groqError(chunk: JsonObject): unknown {
  const own = chunk['x_groq'];
  return isObject(own) ? own['error'] : undefined;
}

function badResponse(message: string): ProviderError {
  return new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message });
}

function isError(value: unknown): boolean {
  return isObject(value) || (typeof value === 'string' && value !== '');
}
