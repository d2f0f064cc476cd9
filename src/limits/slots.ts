/** No slot came free in time, or too many wait for one already. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
}

interface Queue {
  taken: number;
  readonly waiting: Set<() => void>;
}

/** So many at once per key; a few more wait for their turn, first come, first served. */
export class Slots {
  readonly #queues = new Map<string, Queue>();

  constructor(
    private readonly most: number,
    private readonly mostWaiting: number,
  ) {}

  /**
   * Resolves with the way to give the slot back, which is to be called once.
   * @throws NoSlotError where `signal` aborts first, or too many wait
   */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queues.get(key) ?? { taken: 0, waiting: new Set() };
    this.#queues.set(key, queue);
    if (queue.taken < this.most) queue.taken++;
    else await this.#wait(queue, signal);
    return () => this.#giveBack(key, queue);
  }

  /** Whoever gives a slot back hands it to the one who has waited longest. */
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

  #giveBack(key: string, queue: Queue): void {
    const [next] = queue.waiting;
    if (next !== undefined) {
      queue.waiting.delete(next);
      next();
    } else if (--queue.taken === 0) {
      this.#queues.delete(key);
    }
  }
}
