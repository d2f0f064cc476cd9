/** How many times its deadline a caller waits while others before it are served. */
const CROWD_PATIENCE = 5;

export interface Deadline {
  readonly ms: number;
  /** When the database last did something, in monotonic ms. */
  readonly progressAt: () => number;
  readonly onLate: () => void;
}

/**
 * Calls `onLate` when the database has done nothing for `ms`. In a crowd a caller may wait for longer though the database
 * works on, and where the event loop stood still itself nobody knows what the database did: neither is a reason to
 * refuse anybody yet. Gives what ends the wait.
 */
export function waitFor({ ms, progressAt, onLate }: Deadline): () => void {
  const begunAt = performance.now();
  const step = ms / CROWD_PATIENCE;
  let dueAt = begunAt + ms;
  const onTimer = (): void => {
    const now = performance.now();
    const isUndecided = now - progressAt() < ms || now - dueAt > step;
    if (!isUndecided || now - begunAt >= CROWD_PATIENCE * ms) {
      onLate();
      return;
    }
    dueAt = now + step;
    timer = setTimeout(onTimer, step).unref();
  };
  let timer = setTimeout(onTimer, ms).unref();
  return () => clearTimeout(timer);
}
