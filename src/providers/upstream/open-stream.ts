import type { IncomingHttpHeaders } from 'node:http';
import type { ReadChunks } from './arrivals.js';
import type { ConnectionPool } from './connection-pool.js';
import { decompressed } from './decompress.js';
import { Exchange, type Timing } from './exchange.js';

export interface StreamRequest {
  /** With query, of the pool's origin. */
  path: string;
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** A response of status 2xx whose body is still coming. Must be closed, whatever happens. */
export interface OpenStream {
  ok: true;
  headers: IncomingHttpHeaders;
  /** See {@link Exchange.read}; content encodings are undone. */
  read: ReadChunks;
  /** See {@link Exchange.spoke}. */
  spoke(): void;
  /** See {@link Exchange.endWithin}. */
  endWithin(ms: number): void;
  close(readToTheEnd: boolean): void;
}

/** Any other response, with the start of its body. */
export interface RefusedStream {
  ok: false;
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const ERROR_BODY_BYTES = 64 * 1024;
const ERROR_BODY_MS = 2_000;

/**
 * Posts a request and waits for the response's head.
 * @throws ProviderError for clocks and network failures; `signal.reason` when `signal` aborts
 */
export async function openStream(
  pool: ConnectionPool,
  request: StreamRequest,
  timing: Timing,
  signal: AbortSignal,
): Promise<OpenStream | RefusedStream> {
  signal.throwIfAborted();
  const exchange = new Exchange(timing, signal);
  pool.post(request.path, { ...REQUEST_HEADERS, ...request.headers }, request.body, exchange);
  const { status, headers } = await exchange.head;
  const read = decompressed(() => exchange.read(), contentEncoding(headers));
  if (status < 200 || status > 299) {
    return { ok: false, status, headers, body: await readErrorBody(exchange, read, signal) };
  }
  return {
    ok: true,
    headers,
    read,
    spoke: () => exchange.spoke(),
    endWithin: (ms) => exchange.endWithin(ms),
    close: (readToTheEnd) => exchange.close(readToTheEnd),
  };
}

const USER_AGENT = 'rondo';

const REQUEST_HEADERS = {
  'content-type': 'application/json',
  accept: 'text/event-stream, application/json',
  'accept-encoding': 'identity',
  'user-agent': USER_AGENT,
};

/**
 * The status of a GET; its body is left unread and redirects are not followed.
 * @throws ProviderError for clocks and network failures; `signal.reason` when `signal` aborts
 */
export async function statusOf(
  pool: ConnectionPool,
  { path, headers }: Omit<StreamRequest, 'body'>,
  timing: Timing,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const exchange = new Exchange(timing, signal);
  pool.get(path, { accept: 'application/json', 'user-agent': USER_AGENT, ...headers }, exchange);
  const { status } = await exchange.head;
  exchange.close(false);
  return status;
}

function contentEncoding(headers: IncomingHttpHeaders): string {
  const encoding: string | string[] | undefined = headers['content-encoding'];
  return Array.isArray(encoding) ? encoding.join() : (encoding ?? '');
}

/** The status matters most: where reading the body fails, the part that came is enough. */
async function readErrorBody(exchange: Exchange, read: ReadChunks, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let left = ERROR_BODY_BYTES;
  let whole = false;
  exchange.endWithin(ERROR_BODY_MS);
  try {
    while (left > 0) {
      const more = await read();
      whole = more === undefined;
      if (more === undefined) break;
      for (const chunk of more) {
        chunks.push(chunk.subarray(0, Math.max(left, 0)));
        left -= chunk.length;
      }
    }
  } catch {
    signal.throwIfAborted();
  } finally {
    exchange.close(whole);
  }
  return Buffer.concat(chunks).toString('utf8');
}
