import { JSON_TYPE } from '../dialects/dialect.js';
import { forever } from '../stream/waits.js';
import type { ServerResponse } from 'node:http';
import type { PlainReply } from '../dialects/dialect.js';
import type { ResponseFault } from '../faults/fault-spec.js';
import type { Exchange } from '../stream/exchange.js';

/** Sends a whole answer at once. */
export function sendPlain(response: ServerResponse, { status, headers = {}, body }: PlainReply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : JSON_TYPE;
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { 'content-type': type, 'content-length': length, ...lowerCased(headers) });
  response.end(text);
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Answers with a fault that replaces the whole response. */
export async function sendFault(exchange: Exchange, fault: ResponseFault): Promise<void> {
  const { dialect, response } = exchange;
  switch (fault.kind) {
    case 'no-headers':
      return forever(exchange.signal);
    case 'status': {
      const own = dialect.errorReply(fault.status);
      const body =
        fault.body === undefined ? own.body : typeof fault.body === 'string' ? fault.body : { ...fault.body };
      const defaults =
        fault.body === undefined
          ? own.headers
          : typeof body === 'string' && looksLikeJson(body)
            ? { 'content-type': JSON_TYPE }
            : {};
      sendPlain(response, { status: fault.status, headers: { ...defaults, ...fault.headers }, body });
      return;
    }
    case 'instead-of-stream':
      sendPlain(response, { ...instead(exchange, fault.body), status: fault.status ?? 200 });
  }
}

function instead(
  { dialect, reply }: Exchange,
  what: Extract<ResponseFault, { kind: 'instead-of-stream' }>['body'],
): PlainReply {
  const error = JSON.stringify(dialect.errorReply(500).body);
  switch (what) {
    case 'error-json':
      return { status: 200, headers: { 'content-type': JSON_TYPE }, body: error };
    case 'completion-json':
      return { status: 200, headers: dialect.jsonHeaders(reply), body: dialect.completion(reply) };
    case 'html':
      return { ...dialect.errorReply(504), headers: { 'content-type': 'text/html; charset=UTF-8' } };
    case 'empty':
      return { status: 200, body: '' };
    case 'octet-stream':
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: error };
  }
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}
