const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Milliseconds to wait before try number `attempt` (0, 1, …): doubling, capped, half of it random so that readers don't return in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return full / 2 + (random() * full) / 2;
}

/** Waits `ms`, or less if the browser comes back online or its tab back into view; rejects when `signal` aborts. */
export function waitOrWake(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      document.removeEventListener('visibilitychange', wakeIfVisible);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(new DOMException('Aborted', 'AbortError'));
      else resolve();
    };
    const wakeIfVisible = (): void => {
      if (document.visibilityState === 'visible') done();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    document.addEventListener('visibilitychange', wakeIfVisible);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
