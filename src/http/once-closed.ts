import type { Response } from 'express';

/** Calls `closed` when the response is over, sent or cut; at once where it is already. */
export function onceClosed(response: Response, closed: () => void): void {
  if (response.closed || response.destroyed) closed();
  else response.once('close', closed);
}

/**
 * Calls `over` when the response is over and nobody is at work on it any more: a caller may leave long before the answer
 * is there, and what is at work for it goes on.
 */
export function onceAnswered(response: Response, over: () => void): void {
  onceClosed(response, () => {
    if (response.writableEnded) {
      over();
      return;
    }
    // Whoever was at work answers all the same; a response that is closed tells nobody.
    const end = response.end.bind(response);
    Object.assign(response, {
      end: (...args: unknown[]): unknown => {
        over();
        return Reflect.apply(end, response, args);
      },
    });
  });
}
