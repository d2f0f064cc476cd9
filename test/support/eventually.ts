import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `probe` gives something that is not undefined or false; fails loudly at the deadline. */
export async function eventually<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 5_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`did not happen within ${deadlineMs} ms: ${probe.toString()}`);
    await delay(10);
  }
}
