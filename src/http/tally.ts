/** Sums per key; a key whose sum is 0 is dropped. */
export class Tally {
  readonly #sums = new Map<string, number>();

  of(key: string): number {
    return this.#sums.get(key) ?? 0;
  }

  /** Whether every sum is 0. */
  get empty(): boolean {
    return this.#sums.size === 0;
  }

  add(key: string, amount: number): void {
    const sum = this.of(key) + amount;
    if (sum > 0) this.#sums.set(key, sum);
    else this.#sums.delete(key);
  }
}
