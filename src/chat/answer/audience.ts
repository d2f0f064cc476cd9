/** What happens when the last reader leaves: go on for a grace, to the end, or stop at once. */
export type OnDisconnect = 'detach' | 'finish' | 'cancel';

export interface AudienceOptions {
  onDisconnect: OnDisconnect;
  detachGraceMs: number;
}

/** How many read an answer, and what becomes of it once nobody does. */
export class Audience {
  #readers = 0;
  /** Whoever asked is expected to read, and no reader is missed before. */
  #entered = false;
  /** They wait for the last reader to leave. */
  readonly #waiting = new Set<() => void>();
  #grace: NodeJS.Timeout | undefined;

  /** @param deserted is called when the answer is no longer worth its cost: it may be called again, and after the end */
  constructor(
    private readonly options: AudienceOptions,
    private readonly deserted: () => void,
  ) {
    this.#waitForReaders();
  }

  enter(): void {
    this.#readers++;
    this.#entered = true;
    clearTimeout(this.#grace);
  }

  /** Who entered reads no more. */
  leave(): void {
    if (--this.#readers > 0) return;
    if (this.options.onDisconnect === 'cancel') this.deserted();
    else this.#waitForReaders();
    for (const notify of this.#waiting) notify();
  }

  /** Whether all who read it have left, within `ms`, and nobody asked for the answer to be finished all the same. */
  async left(ms: number): Promise<boolean> {
    if (this.options.onDisconnect === 'finish') return false;
    if (!this.#isLeft && ms > 0) await this.#lastReaderLeaves(ms);
    return this.#isLeft;
  }

  /** The answer ends, and waits for nobody. */
  dismiss(): void {
    clearTimeout(this.#grace);
  }

  get #isLeft(): boolean {
    return this.#entered && this.#readers === 0;
  }

  #lastReaderLeaves(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(leave);
        resolve();
      };
      const timer = setTimeout(leave, ms);
      this.#waiting.add(leave);
    });
  }

  #waitForReaders(): void {
    const { onDisconnect, detachGraceMs } = this.options;
    if (onDisconnect !== 'finish') this.#grace = setTimeout(this.deserted, detachGraceMs).unref();
  }
}
