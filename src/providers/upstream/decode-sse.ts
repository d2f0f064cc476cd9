import { createParser, type ParseError } from 'eventsource-parser';
import { ProviderError } from '../provider-error.js';
import { ByteCollector } from './byte-collector.js';

/** One Server-Sent Event; `event` is empty where the stream named no type. */
export interface SseEvent {
  event: string;
  data: string;
}

/** Far above any real event, and small enough for the memory of every running answer. */
const MAX_EVENT_CHARS = 8 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Bytes → events by WHATWG's rules (eventsource-parser), whatever the bytes are cut into.
 *
 * Two deliberate deviations: what the stream ends with counts as an event without its blank line too, and a field named
 * `error` (llama.cpp's servers end a broken answer so) is an event of type `error` with that value as its data.
 */
export class SseDecoder {
  readonly #parser = createParser({
    onEvent: ({ event = '', data }) => this.#events.push({ event, data }),
    onError: (error) => this.#onError(error),
    maxBufferSize: MAX_EVENT_CHARS,
  });
  #events: SseEvent[] = [];
  /** The start of a line whose end has not come yet: only whole lines are whole UTF-8. */
  readonly #held = new ByteCollector();

  /** @throws ProviderError `protocol` for an event of more than 8 Mi characters */
  push(bytes: Buffer): SseEvent[] {
    const behindLines = endOfLines(bytes);
    if (behindLines > 0) this.#feed(bytes, behindLines);
    if (behindLines < bytes.length) this.#hold(bytes.subarray(behindLines));
    return this.#take();
  }

  /** The stream is over: what it ended with. */
  end(): SseEvent[] {
    this.#feed(END_OF_EVENT, END_OF_EVENT.length);
    return this.#take();
  }

  #feed(bytes: Buffer, behindLines: number): void {
    if (this.#held.length === 0) return this.#parser.feed(bytes.toString('utf8', 0, behindLines));
    this.#held.add(bytes.subarray(0, behindLines));
    this.#parser.feed(this.#held.take().toString('utf8'));
  }

  #hold(piece: Buffer): void {
    this.#held.add(piece);
    if (this.#held.length > MAX_EVENT_CHARS) throw tooLarge();
  }

  #take(): SseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #onError({ type, field, value = '' }: ParseError): void {
    if (type === 'max-buffer-size-exceeded') throw tooLarge();
    if (field === 'error') this.#events.push({ event: 'error', data: value });
  }
}

function tooLarge(): ProviderError {
  return new ProviderError({
    kind: 'protocol',
    code: 'provider_bad_response',
    message: `sent an event of more than ${MAX_EVENT_CHARS} characters`,
  });
}

const END_OF_EVENT = Buffer.from('\n\n');

/** Where the last whole line ends; 0 where there is none. Most reads are whole events. */
function endOfLines(bytes: Buffer): number {
  if (bytes.at(-1) === LF) return bytes.length;
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
}
