/** Short steps are run in a row for this long, so that what the browser has to do meanwhile never waits for many. */
const AT_A_TIME_MS = 8;
/** A page that is never idle gets on with them all the same, if slowly. */
const MOST_WAIT_MS = 500;

/** Runs `steps` one after the other while the browser has nothing else to do; resolves after the last. */
export function whenIdle(steps: readonly (() => unknown)[]): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    const run = (): void => {
      const until = performance.now() + AT_A_TIME_MS;
      while (next < steps.length && performance.now() < until) steps[next++]?.();
      if (next < steps.length) schedule();
      else resolve();
    };
    const schedule = (): void => {
      // Safari has none.
      if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: MOST_WAIT_MS });
      else setTimeout(run, 16);
    };
    schedule();
  });
}
