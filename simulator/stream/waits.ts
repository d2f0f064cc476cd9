import { setImmediate as immediate, setTimeout as timeout } from 'node:timers/promises';

/** Waits for a time; rejects when `signal` aborts. 0 doesn't wait at all. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await timeout(milliseconds, undefined, { signal });
}

/** Lets everything else that is due run first. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await immediate(undefined, { signal });
}

/** Never resolves; rejects when `signal` aborts. */
export async function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => {
      reject(new Error('the connection is gone'));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
