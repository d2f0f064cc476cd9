import type { Response } from 'express';

/** Calls `closed` when the response is over, sent or cut; at once where it is already. */
export function onceClosed(response: Response, closed: () => void): void {
  if (response.closed || response.destroyed) closed();
  else response.once('close', closed);
}
