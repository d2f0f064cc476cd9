/** One Server-Sent Event: its data and the cursor to continue after it. */
export interface SseEvent {
  readonly id: string;
  readonly data: string;
}

/**
 * Turns decoded text, cut anywhere, into events. Follows the standard's rules for line ends (LF, CRLF, CR),
 * comments, several `data` lines and the id that stays until the next one.
 */
export class SseParser {
  #buffer = '';
  #data: string[] = [];
  #lastId = '';
  #atStart = true;

  /** The events that `text` completes, in order. */
  feed(text: string): SseEvent[] {
    this.#buffer += text;
    if (this.#atStart && this.#buffer.length > 0) {
      this.#atStart = false;
      if (this.#buffer.startsWith('\uFEFF')) this.#buffer = this.#buffer.slice(1);
    }
    const events: SseEvent[] = [];
    let start = 0;
    for (let end = this.#lineEnd(start); end >= 0; end = this.#lineEnd(start)) {
      const event = this.#line(this.#buffer.slice(start, end));
      if (event) events.push(event);
      start = end + (this.#buffer.startsWith('\r\n', end) ? 2 : 1);
    }
    this.#buffer = this.#buffer.slice(start);
    return events;
  }

  /** A carriage return at the very end waits: a line feed may follow it. */
  #lineEnd(from: number): number {
    for (let i = from; i < this.#buffer.length; i++) {
      const unit = this.#buffer.charCodeAt(i);
      if (unit === 10) return i;
      if (unit === 13) return i + 1 < this.#buffer.length ? i : -1;
    }
    return -1;
  }

  #line(line: string): SseEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#lastId = value;
    return undefined;
  }

  #dispatch(): SseEvent | undefined {
    if (this.#data.length === 0) return undefined;
    const event = { id: this.#lastId, data: this.#data.join('\n') };
    this.#data = [];
    return event;
  }
}
