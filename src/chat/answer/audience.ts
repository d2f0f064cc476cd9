/** What happens when the last reader leaves: go on for a grace, to the end, or stop at once. */
export type OnDisconnect = 'detach' | 'finish' | 'cancel';

export interface AudienceOptions {
  onDisconnect: OnDisconnect;
  detachGraceMs: number;
}

/** Counts the readers of an answer and decides what happens when the last one leaves. */
export class Audience {
  #readers = 0;
  /** Whether anybody has read it yet. */
  #entered = false;
  /** Called when the last reader leaves. */
  readonly #waiting = new Set<() => void>();
  #grace: NodeJS.Timeout | undefined;

  /** @param deserted is called when nobody reads the answer for too long; maybe again, and after its end */
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

  /** A reader who entered has left. */
  leave(): void {
    if (--this.#readers > 0) return;
    if (this.options.onDisconnect === 'cancel') this.deserted();
    else this.#waitForReaders();
    for (const notify of this.#waiting) notify();
  }

  /** Whether all readers leave within `ms`. False where the answer is to be finished all the same. */
  async left(ms: number): Promise<boolean> {
    if (this.options.onDisconnect === 'finish') return false;
    if (!this.#isLeft && ms > 0) await this.#lastReaderLeaves(ms);
    return this.#isLeft;
  }

  /** The answer ends: it waits for no reader. */
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
