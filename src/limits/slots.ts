/** No slot became free in time, or too many callers wait already. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
}

interface Queue {
  taken: number;
  readonly waiting: Set<() => void>;
}

/** A bounded number of slots per key. A few more callers wait, first come, first served. */
export class Slots {
  readonly #queues = new Map<string, Queue>();

  constructor(
    private readonly most: number,
    private readonly mostWaiting: number,
  ) {}

  /**
   * Resolves with the function that releases the slot; call it once.
   * @throws NoSlotError where `signal` aborts first, or too many wait
   */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queues.get(key) ?? { taken: 0, waiting: new Set() };
    this.#queues.set(key, queue);
    if (queue.taken < this.most) queue.taken++;
    else await this.#wait(queue, signal);
    return () => this.#release(key, queue);
  }

  /** A released slot goes to whoever has waited longest. */
  #wait(queue: Queue, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || queue.waiting.size >= this.mostWaiting) {
        reject(new NoSlotError());
        return;
      }
      const leave = (): void => {
        queue.waiting.delete(enter);
        reject(new NoSlotError());
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      queue.waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #release(key: string, queue: Queue): void {
    const [next] = queue.waiting;
    if (next !== undefined) {
      queue.waiting.delete(next);
      next();
    } else if (--queue.taken === 0) {
      this.#queues.delete(key);
    }
  }
}
