import type { RequestHandler, Response } from 'express';

/**
 * Systems accept more only once a third of a socket's buffer is free: under 25 s in all, readers of 1 KB/s would be
 * cut.
 */
const CHECK_MS = 5_000;
const MOST_CHECKS = 5;

/**
 * Cuts a response whose pending bytes have not moved for 25 s: it holds memory for a client that reads nothing. A
 * response without pending bytes may wait, and slow readers stay. A request whose body stalls is cut likewise.
 */
export const cutStandstill: RequestHandler = (request, response, next) => {
  let checks = 0;
  let checkedAt = 0;
  response.setTimeout(CHECK_MS, () => {
    const { socket } = response;
    if (socket === null || (socket.writableLength === 0 && request.complete)) return;
    const sinceLast = performance.now() - checkedAt;
    checkedAt += sinceLast;
    // Node skips a check where bytes were sent since the one before.
    const skipped = sinceLast > 1.5 * (socket.timeout ?? CHECK_MS);
    checks = skipped ? 1 : checks + 1;
    if (checks === MOST_CHECKS) response.destroy();
    else response.setTimeout(CHECK_MS);
  });
  next();
};

/** Nest clears the socket's timer when it starts an event stream; this sets it again. */
export function resumeStandstillChecks(response: Response): void {
  response.setTimeout(CHECK_MS);
}
