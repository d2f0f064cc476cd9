/** What happens when the last reader leaves: go on for a grace, to the end, or stop at once. */
export type OnDisconnect = 'detach' | 'finish' | 'cancel';

export interface AudienceOptions {
  onDisconnect: OnDisconnect;
  detachGraceMs: number;
}

/** How many read an answer, and what becomes of it once nobody does. */
export class Audience {
  #readers = 0;
  #readerlessSince = performance.now();
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
    clearTimeout(this.#grace);
  }

  /** Who entered reads no more. */
  leave(): void {
    if (--this.#readers > 0) return;
    this.#readerlessSince = performance.now();
    if (this.options.onDisconnect === 'cancel') this.deserted();
    else this.#waitForReaders();
  }

  /** Whether nobody has been reading for `ms`, and nobody asked for the answer to be finished all the same. */
  abandonedFor(ms: number): boolean {
    const readerless = this.#readers === 0 && performance.now() - this.#readerlessSince >= ms;
    return readerless && this.options.onDisconnect !== 'finish';
  }

  /** The answer ends, and waits for nobody. */
  dismiss(): void {
    clearTimeout(this.#grace);
  }

  #waitForReaders(): void {
    const { onDisconnect, detachGraceMs } = this.options;
    if (onDisconnect !== 'finish') this.#grace = setTimeout(this.deserted, detachGraceMs).unref();
  }
}
