import { HistoryUnavailableError } from '../history-store.js';
import { waitFor } from './patience.js';

const DEADLINE_MS = 5_000;

export interface ReadLimits {
  /** How many may be with the database at a time; absent: as many as there may be. */
  readonly atOnce?: number;
  /** How many there may be, with those that wait. */
  readonly limit: number;
  readonly deadlineMs?: number;
}

/** Reads that a disk does not answer are refused in time, and there are never more of them than a bound. */
export class ReadGate {
  #reads = 0;
  readonly #asked = new Set<Promise<unknown>>();
  #answeredAt = -Infinity;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly limits: ReadLimits) {}

  /** Rejects with {@link HistoryUnavailableError} when `read` is late; what it gives then is dropped. */
  async run<T>(read: () => Promise<T>): Promise<T> {
    const { limit, deadlineMs = DEADLINE_MS } = this.limits;
    if (this.#reads >= limit) throw new HistoryUnavailableError('too many reads wait');
    this.#reads++;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const start = () => void this.#start(read).then(resolve, reject);
    const onLate = () => {
      this.#waiting.delete(start);
      reject(new HistoryUnavailableError(`the database gave no answer for ${deadlineMs} ms`));
    };
    const endWait = waitFor({ ms: deadlineMs, progressAt: () => this.#answeredAt, onLate });
    this.#waiting.add(start);
    this.#next();
    return promise.finally(() => {
      endWait();
      this.#reads--;
    });
  }

  /** Resolves when the database has answered all that it was asked. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#asked);
  }

  async #start<T>(read: () => Promise<T>): Promise<T> {
    const asked = (async () => read())();
    this.#asked.add(asked);
    try {
      return await asked;
    } finally {
      this.#asked.delete(asked);
      this.#answeredAt = performance.now();
      this.#next();
    }
  }

  #next(): void {
    const { limit, atOnce = limit } = this.limits;
    const [start] = this.#waiting;
    if (start === undefined || this.#asked.size >= atOnce) return;
    this.#waiting.delete(start);
    start();
  }
}
