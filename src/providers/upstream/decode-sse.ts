import { createParser, type ParseError } from 'eventsource-parser';
import { ProviderError } from '../provider-error.js';

/** One Server-Sent Event; `event` is empty where the stream named no type. */
export interface SseEvent {
  event: string;
  data: string;
}

/** Far beyond any real event, small enough to hold in memory for every running answer that goes wrong. */
const MAX_EVENT_CHARS = 8 * 1024 * 1024;

/**
 * Bytes → events by WHATWG's rules (eventsource-parser), whatever the bytes are cut into.
 *
 * Two deliberate deviations: what the stream ends with counts as an event without its blank line too, and a field named
 * `error` (llama.cpp's servers end a broken answer so) is an event of type `error` with that value as its data.
 */
export class SseDecoder {
  /** Keeps an unfinished UTF-8 sequence for the next read, and takes off the BOM. */
  readonly #utf8 = new TextDecoder();
  readonly #parser = createParser({
    onEvent: ({ event = '', data }) => this.#events.push({ event, data }),
    onError: (error) => this.#onError(error),
    maxBufferSize: MAX_EVENT_CHARS,
  });
  #events: SseEvent[] = [];
  /** Pieces of a line whose end is still to come: the parser sees whole lines, or it would not tell of unknown fields. */
  #held: string[] = [];
  #heldChars = 0;

  /** @throws ProviderError `protocol` for an event of more than 8 Mi characters */
  push(bytes: Buffer): SseEvent[] {
    return this.#decode(this.#utf8.decode(bytes, { stream: true }));
  }

  /** The stream is over: what it ended with. */
  end(): SseEvent[] {
    return this.#decode(`${this.#utf8.decode()}\n\n`);
  }

  #decode(text: string): SseEvent[] {
    const behindLines = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (behindLines > 0) {
      const lines = behindLines === text.length ? text : text.slice(0, behindLines);
      this.#parser.feed(this.#heldChars === 0 ? lines : this.#held.join('') + lines);
      this.#held = [];
      this.#heldChars = 0;
    }
    if (behindLines < text.length) this.#hold(text.slice(behindLines));
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #hold(piece: string): void {
    this.#held.push(piece);
    this.#heldChars += piece.length;
    if (this.#heldChars > MAX_EVENT_CHARS) throw tooLarge();
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
