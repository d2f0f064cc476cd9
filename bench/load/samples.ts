import { percentile } from '../measure/statistics.js';
import type { Percentiles } from './load-protocol.js';

const FIRST_CAPACITY = 1 << 16;

/** Numbers as they come, millions of them, without an object for each. */
export class Samples {
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  percentiles(): Percentiles {
    const sorted = this.#values.slice(0, this.#length).sort();
    return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
  }
}
