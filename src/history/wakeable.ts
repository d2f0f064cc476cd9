/** A pause that can be cut short. */
export class Wakeable {
  #wake: (() => void) | undefined;

  /** Resolves after `ms`, or at the next {@link wake}. Does not keep the process alive. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  wake(): void {
    this.#wake?.();
  }
}
