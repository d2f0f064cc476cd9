import type { RequestHandler, Response } from 'express';

/**
 * Systems take more only once a third of a socket's buffer is free: less than 25 s in all would be too short for readers
 * of 1 KB/s.
 */
const CHECK_MS = 5_000;
const MOST_CHECKS = 5;

/**
 * Cuts a response that has bytes to send, none of which have gone for 25 s: whatever it is, it holds memory for a reader
 * who reads nothing. One that has nothing to send may take its time, and so may a slow reader. A request whose body stands
 * still is cut likewise.
 */
export const cutStandstill: RequestHandler = (request, response, next) => {
  let checks = 0;
  let checkedAt = 0;
  response.setTimeout(CHECK_MS, () => {
    const { socket } = response;
    if (socket === null || (socket.writableLength === 0 && request.complete)) return;
    const sinceLast = performance.now() - checkedAt;
    checkedAt += sinceLast;
    // Node skips a check where some of the bytes have gone since the one before.
    const skipped = sinceLast > 1.5 * (socket.timeout ?? CHECK_MS);
    checks = skipped ? 1 : checks + 1;
    if (checks === MOST_CHECKS) response.destroy();
    else response.setTimeout(CHECK_MS);
  });
  next();
};

/** Nest takes the timer off the socket of every event stream that it begins: this puts it back. */
export function resumeStandstillChecks(response: Response): void {
  response.setTimeout(CHECK_MS);
}
