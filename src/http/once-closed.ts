import type { Response } from 'express';

/** Calls `closed` when the response is over, sent or cut; at once if it is over already. */
export function onceClosed(response: Response, closed: () => void): void {
  if (response.closed || response.destroyed) closed();
  else response.once('close', closed);
}

/**
 * Calls `over` when the response is over and its handler has finished. A client may leave long before that, and the
 * work goes on.
 */
export function onceAnswered(response: Response, over: () => void): void {
  onceClosed(response, () => {
    if (response.writableEnded) {
      over();
      return;
    }
    // The handler still ends the response, but a closed response emits nothing for that.
    const end = response.end.bind(response);
    Object.assign(response, {
      end: (...args: unknown[]): unknown => {
        over();
        return Reflect.apply(end, response, args);
      },
    });
  });
}
