/** After this many failures in a row a provider cools down. */
const CONSECUTIVE_FAILURES = 3;
const WINDOW_MS = 30_000;
const WINDOW_MIN_OUTCOMES = 10;
const WINDOW_FAILURE_RATIO = 0.5;
const FIRST_COOL_DOWN_MS = 1_000;
const LONGEST_COOL_DOWN_MS = 60_000;
const JITTER = 0.2;
/** Bounds the memory of the window at any request rate. */
const MAX_OUTCOMES = 256;

interface Outcome {
  at: number;
  failed: boolean;
}

/**
 * Counts a provider's failures (server, timeout and protocol) and decides for how long it cools down. Rate limits and a
 * caller's mistakes are never reported to it. Times are monotonic milliseconds.
 */
export class Breaker {
  #consecutive = 0;
  #openings = 0;
  #outcomes: Outcome[] = [];

  succeed(at: number): void {
    this.#consecutive = 0;
    this.#record({ at, failed: false });
  }

  /** The cool-down in ms if this failure opens the breaker (or keeps it open). `open`: it is already open. */
  fail(at: number, open: boolean): number | undefined {
    this.#consecutive++;
    this.#record({ at, failed: true });
    if (!open && this.#consecutive < CONSECUTIVE_FAILURES && !this.#mostlyFailing(at)) return undefined;
    const backOff = FIRST_COOL_DOWN_MS * 2 ** Math.min(this.#openings++, 16);
    return Math.min(backOff, LONGEST_COOL_DOWN_MS) * (1 + JITTER * (2 * Math.random() - 1));
  }

  /** The provider works again: earlier failures no longer count. */
  close(): void {
    this.#consecutive = 0;
    this.#openings = 0;
    this.#outcomes = [];
  }

  #record(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    if (this.#outcomes.length > MAX_OUTCOMES) this.#outcomes = this.#outcomes.slice(-MAX_OUTCOMES / 2);
  }

  #mostlyFailing(now: number): boolean {
    const recent = this.#outcomes.filter((outcome) => now - outcome.at < WINDOW_MS);
    const failures = recent.filter((outcome) => outcome.failed).length;
    return recent.length >= WINDOW_MIN_OUTCOMES && failures / recent.length >= WINDOW_FAILURE_RATIO;
  }
}
