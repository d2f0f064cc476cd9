import { HistoryUnavailableError } from '../history-store.js';

const DEADLINE_MS = 5_000;
/** Each holds a caller and, where the disk does not answer, a call to the driver. */
const MOST_AT_ONCE = 2_000;

/** Reads that a disk does not answer are refused in time, and there are never more of them than a bound. */
export class ReadGate {
  #running = 0;

  constructor(
    private readonly deadlineMs = DEADLINE_MS,
    private readonly limit = MOST_AT_ONCE,
  ) {}

  /** Rejects with {@link HistoryUnavailableError} when `read` is late; what it gives then is dropped. */
  async run<T>(read: () => Promise<T>): Promise<T> {
    if (this.#running >= this.limit) throw new HistoryUnavailableError('too many reads wait');
    this.#running++;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => {
      // A loop that stood still itself finds the deadline passed and the answer waiting behind it.
      setImmediate(() => reject(new HistoryUnavailableError(`the database gave no answer for ${this.deadlineMs} ms`)));
    }, this.deadlineMs).unref();
    void (async () => read())()
      .finally(() => {
        clearTimeout(timer);
        this.#running--;
      })
      .then(resolve, reject);
    return promise;
  }
}
