/** Something that acts repeatedly, each time at its own moment. */
export interface Paced {
  /** Monotonic milliseconds at which it is due. */
  due: number;
  /** Acts, and sets the next `due`; false when there is none. */
  act(now: number): boolean;
}

const SLOTS = 8192;
const LONGEST_LATENESS_MS = 4000;

/** One timer for thousands of streams: a wheel of millisecond slots, turned by what the clock says. */
export class Pacer {
  readonly #wheel: Paced[][] = Array.from({ length: SLOTS }, () => []);
  /** The first slot that was not yet served, in milliseconds. */
  #next = Math.ceil(performance.now());
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  /** How many acts came so many whole milliseconds after they were due. */
  readonly #lateness = new Uint32Array(LONGEST_LATENESS_MS);

  /** `paced.due` lies less than 8 s ahead. */
  add(paced: Paced): void {
    if (this.#timer === undefined) {
      this.#next = Math.floor(performance.now());
      this.#timer = setInterval(() => this.#turn(), 1);
    }
    this.#count++;
    this.#put(paced);
  }

  /** The 99th percentile of lateness in milliseconds since the last call. */
  takeLateP99(): number {
    const total = this.#lateness.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    let late = 0;
    while (late < LONGEST_LATENESS_MS - 1 && (seen += this.#lateness[late]!) < total * 0.99) late++;
    this.#lateness.fill(0);
    return late;
  }

  #put(paced: Paced): void {
    const slot = Math.max(Math.ceil(paced.due), this.#next);
    this.#wheel[slot % SLOTS]!.push(paced);
  }

  #turn(): void {
    const now = performance.now();
    while (this.#next <= now) {
      const slot = this.#next % SLOTS;
      const due = this.#wheel[slot]!;
      this.#next++;
      if (due.length === 0) continue;
      this.#wheel[slot] = [];
      for (const paced of due) this.#serve(paced, now);
    }
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #serve(paced: Paced, now: number): void {
    const late = Math.max(0, Math.min(LONGEST_LATENESS_MS - 1, Math.floor(now - paced.due)));
    this.#lateness[late]!++;
    if (paced.act(now)) this.#put(paced);
    else this.#count--;
  }
}
