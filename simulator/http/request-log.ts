import type { RecordedRequest } from './recorded-request.js';

const MOST_REQUESTS = 1_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The last requests of one provider; bounded in number and in bytes of their bodies. */
export class RequestLog {
  readonly #entries: { record: RecordedRequest; bytes: number }[] = [];
  #bytes = 0;
  #count = 0;

  nextNumber(): number {
    return ++this.#count;
  }

  add(record: RecordedRequest, bytes: number): void {
    this.#entries.push({ record, bytes });
    this.#bytes += bytes;
    while (this.#entries.length > MOST_REQUESTS || (this.#bytes > MOST_BYTES && this.#entries.length > 1)) {
      this.#bytes -= this.#entries.shift()?.bytes ?? 0;
    }
  }

  all(): readonly RecordedRequest[] {
    return this.#entries.map((entry) => entry.record);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
  }
}
