import type { CompletionFinish, CompletionPart } from '../../completion.js';
import { ProviderError } from '../../provider-error.js';
import type { TextFilter } from '../continuation/text-filter.js';
import { streamFailure } from '../failures/provider-failure.js';
import { readDelta, type DeltaSink } from './delta.js';
import { Finish } from './finish.js';
import { InlineThinking, type Beginning } from './inline-thinking.js';
import { isObject, type JsonObject } from './json.js';
import { PartList } from './part-list.js';
import { ToolCallReader } from './tool-calls.js';
import { readUsage, usageBound, type UsageBound } from './usage.js';
import { WellFormedText } from './well-formed-text.js';

/** Where a provider puts things besides the usual places. */
export interface ReadingHooks {
  usage?(chunk: JsonObject): unknown;
  readonly beginning?: Beginning;
  /** The caller takes tool calls; otherwise they are left out. */
  readonly toolCalls?: boolean;
  /** What the attempt can have used, before anything was received. */
  readonly usageBound?: UsageBound;
  /** Called with each finish reason that Rondo does not know. */
  unknownFinish?(reason: string): void;
}

const NOTHING_SENT = usageBound({ messages: [] });

/** JSON chunks → parts. Reads every shape any provider is known to send; only the first choice counts. */
export class ChunkReader {
  /** How many pieces of text, reasoning and tool calls came, including text that is still held back. */
  said = 0;
  /** Bytes of the response so far. */
  received = 0;
  readonly finish = new Finish((reason) => this.hooks.unknownFinish?.(reason));
  /** What the provider failed with; nothing is read after it. */
  failure: ProviderError | undefined;
  /** Text came, shown to readers or not. White space alone may be the rest of an answer, but is no answer. */
  #hasWord = false;
  readonly #parts = new PartList();
  readonly #text = new WellFormedText();
  readonly #reasoning = new WellFormedText();
  readonly #thinking: InlineThinking;
  readonly #calls: ToolCallReader | undefined;
  readonly #sink: DeltaSink = {
    text: (content) => {
      this.said++;
      this.#thinking.push(this.#text.push(content));
    },
    reasoning: (content) => {
      this.said++;
      this.#parts.say('reasoning', this.#reasoning.push(content));
    },
  };

  constructor(
    private readonly filter: TextFilter,
    private readonly hooks: ReadingHooks = {},
  ) {
    const isRest = (hooks.beginning ?? 'fresh') !== 'fresh';
    this.#thinking = new InlineThinking(
      {
        text: (content) => {
          this.#hasWord ||= isRest ? content !== '' : content.trim() !== '';
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

  /** Text or tool calls: reasoning alone is no answer, nor is white space. */
  get hasAnswer(): boolean {
    return this.#hasWord || this.#calls?.any === true;
  }

  /**
   * A finish reason completed the text (or the tool calls). No later failure revokes that, or another provider would write
   * more. OpenRouter sends `length` twice after reasoning, and then the error that caused it. A finish reason in one chunk
   * with an error does not count.
   */
  get whole(): boolean {
    return this.finish.certain && this.hasAnswer;
  }

  read(chunk: JsonObject): void {
    const choice = firstChoice(chunk['choices']);
    const delta = choice?.['delta'] ?? choice?.['message'];
    const { said } = this;
    if (isObject(delta)) readDelta(delta, this.#sink);
    const saysMore = this.said > said;
    if (saysMore) this.finish.takeBack();
    this.#readUsage(chunk);
    const error = [chunk['error'], choice?.['error'], groqError(chunk)].find(isError);
    if (error !== undefined) this.failWith(error, chunk);
    else if (chunk['object'] === 'error') this.failWith(chunk);
    else if (this.finish.read(choice?.['finish_reason'], saysMore) === 'broken-off') this.fail(brokenOff());
  }

  /** The provider itself reports a failure. */
  failWith(error: unknown, chunk?: JsonObject): void {
    this.fail(streamFailure(error, chunk, this.said > 0));
  }

  /** Ends the answer, unless it is {@link whole}. */
  fail(failure: ProviderError): void {
    if (!this.whole) this.failure ??= failure;
  }

  take(): CompletionPart[] {
    return this.#parts.take();
  }

  /** The provider is done: returns what was held back, and the finish if it completed the answer. */
  end(): CompletionPart[] {
    this.#thinking.push(this.failure === undefined ? this.#text.end() : '');
    this.#thinking.end();
    if (this.failure === undefined) this.#calls?.end();
    if (this.failure !== undefined) return this.take();
    this.#parts.say('reasoning', this.#reasoning.end());
    const finish = this.#finishReason();
    if (finish === 'stop' && !this.hasAnswer) {
      this.failure = empty(this.said > 0);
      // White space at the end is nothing for the next provider to continue.
      return this.take().filter(({ type }) => type !== 'text');
    }
    this.#parts.say('text', this.filter.end());
    return [...this.take(), { type: 'finish', reason: finish }];
  }

  #readCalls(): ToolCallReader {
    const calls = new ToolCallReader({
      part: (part) => this.#parts.call(part),
      broken: (message) => (this.failure ??= badResponse(message)),
    });
    this.#sink.toolCalls = (entries) => {
      if (calls.push(entries)) this.said++;
    };
    return calls;
  }

  /** Some send `stop` after a tool call, or `tool_calls` for tools that they ran themselves or that nobody takes. */
  #finishReason(): CompletionFinish {
    const finish = this.finish.reason ?? 'stop';
    if (finish !== 'stop' && finish !== 'tool_calls') return finish;
    return this.#calls?.any === true ? 'tool_calls' : 'stop';
  }

  #readUsage(chunk: JsonObject): void {
    const { prompt, completion } = this.hooks.usageBound ?? NOTHING_SENT;
    const most = { prompt, completion: completion + this.received };
    const usage = readUsage(chunk['usage'], most) ?? readUsage(this.hooks.usage?.(chunk), most);
    if (usage !== undefined) this.#parts.use(usage);
  }
}

/** `choices` may be absent or empty; with several answers at once they come in any order. */
export function firstChoice(choices: unknown): JsonObject | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices) {
    if (isObject(choice) && (choice['index'] === 0 || typeof choice['index'] !== 'number')) return choice;
  }
  return undefined;
}

/** Where Groq says why an answer broke; read at any address, which may be Groq's behind a gateway. */
function groqError(chunk: JsonObject): unknown {
  const own = chunk['x_groq'];
  return isObject(own) ? own['error'] : undefined;
}

function brokenOff(): ProviderError {
  return new ProviderError({ kind: 'server', code: 'provider_unavailable', message: 'broke the answer off' });
}

function empty(said: boolean): ProviderError {
  const message = `ended without text or tool calls${said ? ', after reasoning or white space' : ''}`;
  return new ProviderError({ kind: 'empty', code: 'provider_bad_response', message });
}

function badResponse(message: string): ProviderError {
  return new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message });
}

function isError(value: unknown): boolean {
  return isObject(value) || (typeof value === 'string' && value !== '');
}
