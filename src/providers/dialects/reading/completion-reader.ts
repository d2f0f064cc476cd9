import type { CompletionPart } from '../../completion.js';
import { ProviderError } from '../../provider-error.js';
import { ByteCollector } from '../../upstream/byte-collector.js';
import { SseDecoder, type SseEvent } from '../../upstream/decode-sse.js';
import type { TextFilter } from '../continuation/text-filter.js';
import { ChunkParser } from './chunk-parser.js';
import { ChunkReader, firstChoice, type ReadingHooks } from './chunk-reader.js';
import { isObject, parseJson } from './json.js';

const MAX_JSON_BYTES = 8 * 1024 * 1024;
const BLANKS = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf];

/**
 * A response's bytes → parts. Whatever its content type says, a body that starts with `{` is one JSON answer (or error),
 * one that starts with `<` is a page of a proxy, and any other is a stream of events.
 */
export class CompletionReader {
  /** `[DONE]` was seen, or a trailer that can't be read: what follows is ignored. */
  done = false;
  readonly #chunks: ChunkReader;
  readonly #decoder = new SseDecoder();
  readonly #parser = new ChunkParser();
  #format: 'unknown' | 'events' | 'json' | 'page' = 'unknown';
  readonly #json = new ByteCollector();

  constructor(filter: TextFilter, hooks?: ReadingHooks) {
    this.#chunks = new ChunkReader(filter, hooks);
  }

  /** Something was said, including text that is still held back. */
  get spoke(): boolean {
    return this.said > 0;
  }

  /** How many pieces were said; an empty delta and usage say nothing. */
  get said(): number {
    return this.#chunks.said;
  }

  get thoughtInText(): boolean {
    return this.#chunks.thoughtInText;
  }

  /** A finish reason was seen, and nothing was said after it: only usage may follow, however the response ends. */
  get finished(): boolean {
    return this.#chunks.finish.certain;
  }

  /**
   * Silence may be the end. After a `stop` before the answer (some servers send it with the first thought) only the usual
   * clocks decide.
   */
  get mayBeOver(): boolean {
    const { reason, silenceEnds } = this.#chunks.finish;
    return silenceEnds && (this.#chunks.hasAnswer || (reason !== 'stop' && reason !== 'tool_calls'));
  }

  /** The finish reason came, or was followed by something, without text: this server does not put one on every chunk. */
  get finishedApart(): boolean {
    return this.#chunks.finish.apart;
  }

  get failure(): ProviderError | undefined {
    return this.#chunks.failure;
  }

  /** The parts of what arrived by one socket read, also those before a {@link failure}. */
  push(reads: readonly Buffer[]): CompletionPart[] {
    for (const bytes of reads) {
      this.#chunks.received += bytes.length;
      if (this.#format === 'unknown') this.#format = formatOf(bytes);
      if (this.#format === 'json') this.#holdJson(bytes);
      else if (this.#format === 'page') this.#fail('sent a page instead of an answer');
      else this.#readEvents(() => this.#decoder.push(bytes));
    }
    return this.#chunks.take();
  }

  /** The response is over. Ends in a {@link failure} unless a finish reason or `[DONE]` was seen. */
  end(): CompletionPart[] {
    if (this.#format === 'json') this.#readJson();
    else this.#readEvents(() => this.#decoder.end());
    if (this.failure === undefined && this.#chunks.finish.reason === undefined && !this.done) {
      this.#fail(
        this.#format === 'unknown' ? 'sent an empty response' : 'ended without finish reason and without [DONE]',
      );
    }
    return this.#chunks.end();
  }

  #readEvents(decode: () => SseEvent[]): void {
    try {
      for (const event of decode()) if (!this.done && this.failure === undefined) this.#readEvent(event);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#chunks.fail(error);
      this.done ||= this.failure === undefined;
    }
  }

  #readEvent({ event, data }: SseEvent): void {
    const text = data.length > 16 ? data : data.trim();
    if (text === '') return;
    if (text === '[DONE]') {
      this.done = true;
      return;
    }
    const chunk = this.#parser.parse(text);
    if (event === 'error') this.#chunks.failWith(chunk ?? text);
    else if (isObject(chunk)) this.#chunks.read(chunk);
    // A complete answer stays complete, whatever its trailer looks like.
    else if (!this.finished && chunk !== null) this.#fail('sent an event that is no JSON object');
  }

  #holdJson(bytes: Buffer): void {
    this.#json.add(bytes);
    if (this.#json.length > MAX_JSON_BYTES) this.#fail('sent too large an answer');
  }

  #readJson(): void {
    if (this.failure !== undefined) return;
    const answer = parseJson(
      this.#json
        .take()
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    if (!isObject(answer)) return this.#fail('sent broken JSON');
    if (answer['choices'] === undefined) return this.#chunks.failWith(answer['error'] ?? answer, answer);
    this.#chunks.read(answer);
    // A complete answer without a finish reason simply ended.
    this.done ||= firstChoice(answer['choices']) !== undefined;
  }

  #fail(message: string): void {
    this.#chunks.fail(new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message }));
  }
}

function formatOf(bytes: Buffer): 'unknown' | 'events' | 'json' | 'page' {
  const first = bytes.find((byte) => !BLANKS.includes(byte));
  if (first === undefined) return 'unknown';
  if (first === 0x7b) return 'json';
  return first === 0x3c ? 'page' : 'events';
}
