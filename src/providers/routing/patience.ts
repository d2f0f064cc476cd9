/** Before the second round; doubles from round to round. */
const FIRST_PAUSE_MS = 500;
/** However long an answer has waited, it notices a recovery within this time. It also bounds the number of rounds. */
const LONGEST_PAUSE_MS = 8_000;
/** How soon to check again a provider whose probe runs, or that other waiting answers are asking. */
const LOOK_AGAIN_MS = 250;
/** Answers that failed together do not return together. */
const JITTER = 0.2;
/** Before anything was shown, a reader loses less by asking again. */
const BEFORE_FIRST_WORD = 1 / 3;
/** A round that starts at the last moment may still ask everybody who refuses at once. */
const LAST_ROUND_MS = 1_000;

/** What an answer that all providers have failed may wait for. */
export interface Prospects {
  /** Somebody may be asked at any time. */
  readonly anytime: boolean;
  /** A provider's rest is over; its probe has not answered yet. */
  readonly probing: boolean;
  /** Milliseconds until the first provider's rest is over; undefined where none rests. */
  readonly retryMs: number | undefined;
}

/**
 * How long one answer keeps asking after everybody has failed, and with what pauses. All durations are milliseconds; times
 * are monotonic.
 */
export class Patience {
  #endsAt: number | undefined;
  #nextPauseMs = FIRST_PAUSE_MS;

  /** @param limitMs for a started answer; 0: it never waits */
  constructor(
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Readers got something new: patience starts again when everybody has failed again. */
  renew(): void {
    this.#endsAt = undefined;
    this.#nextPauseMs = FIRST_PAUSE_MS;
  }

  /** The current round asks nobody else. */
  get over(): boolean {
    return this.#endsAt !== undefined && this.now() > this.#endsAt + LAST_ROUND_MS;
  }

  /**
   * Everybody has failed: how long to wait before the next round.
   * @param started readers were shown something
   * @param asked somebody was asked in the last round
   * @returns undefined where patience has ended, or nobody can be asked within it
   */
  pause(started: boolean, asked: boolean, { anytime, probing, retryMs }: Prospects): number | undefined {
    this.#endsAt ??= this.now() + this.limitMs * (started ? 1 : BEFORE_FIRST_WORD);
    const left = this.#endsAt - this.now();
    if (left <= 0) return undefined;
    const pauses: number[] = [];
    if (anytime && asked) pauses.push(this.#growing());
    if (probing || (anytime && !asked)) pauses.push(jittered(LOOK_AGAIN_MS));
    if (retryMs !== undefined && retryMs < left) pauses.push(retryMs + jittered(LOOK_AGAIN_MS));
    return pauses.length === 0 ? undefined : Math.min(...pauses, left);
  }

  #growing(): number {
    const pause = this.#nextPauseMs;
    this.#nextPauseMs = Math.min(2 * pause, LONGEST_PAUSE_MS);
    return jittered(pause);
  }
}

function jittered(ms: number): number {
  return ms * (1 + JITTER * (2 * Math.random() - 1));
}
