import { setTimeout as timeout } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from './recorded-request.js';

const FLUSH_POLL_MS = 1;

/** Aborts when the response ends, and records when and by whom. */
export function watchConnection(response: ServerResponse, record: RecordedRequest): AbortSignal {
  const gone = new AbortController();
  const over = (): void => {
    if (response.headersSent) record.status = response.statusCode;
    if (response.writableFinished) record.endedAt ??= Date.now();
    else if (record.endedAt === undefined) record.closedByClientAt = Date.now();
    gone.abort();
  };
  // The client may have left while its body was still being read.
  if (response.closed || response.destroyed) over();
  else response.once('close', over);
  return gone.signal;
}

/** Breaks a connection after everything that was written has gone out. */
export async function breakOff(response: ServerResponse, record: RecordedRequest, how: 'rst' | 'fin'): Promise<void> {
  const { socket } = response;
  if (!socket) return;
  // Written text first leaves Node's buffers in the next turn; a reset would throw it away.
  do await timeout(FLUSH_POLL_MS);
  while (socket.writableLength > 0 && !socket.destroyed);
  if (socket.destroyed) return;
  record.endedAt = Date.now();
  if (how === 'rst') socket.resetAndDestroy();
  else socket.destroy();
}
