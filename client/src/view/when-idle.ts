/** Short steps are run in a row for this long, so that what the browser has to do meanwhile never waits for many. */
const AT_A_TIME_MS = 8;

/** Runs `steps` one after the other while the browser has nothing else to do. */
export function whenIdle(steps: readonly (() => unknown)[]): void {
  let next = 0;
  const run = (): void => {
    const until = performance.now() + AT_A_TIME_MS;
    do steps[next++]?.();
    while (next < steps.length && performance.now() < until);
    if (next < steps.length) schedule();
  };
  const schedule = (): void => {
    // Safari has none.
    if ('requestIdleCallback' in window) requestIdleCallback(run);
    else setTimeout(run, 16);
  };
  schedule();
}
