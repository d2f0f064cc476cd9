import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface RawServer {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  /** All connections so far, oldest first. */
  sockets: Socket[];
  /** The whole of each request so far: head and body. */
  requests: string[];
  close(): Promise<void>;
}

/** A TCP server that says exactly what a test wants, byte by byte; `answer` is called when a whole request has come. */
export async function startRawServer(
  answer: (socket: Socket, request: string) => void,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
    let received = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, headEnd))?.[1] ?? '0';
      if (received.length < headEnd + 4 + Number(length)) return;
      const request = received.toString('utf8');
      received = Buffer.alloc(0);
      requests.push(request);
      answer(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The head of a response that goes on in chunks. */
export const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
/** The end of a body in chunks. */
export const STREAM_END = '0\r\n\r\n';

/** One chunk of a body. */
export function httpChunk(body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** An event with this text, as an HTTP chunk. */
export function said(content: string, finish: string | null = null): Buffer {
  const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: finish }] };
  return httpChunk(`data: ${JSON.stringify(chunk)}\n\n`);
}

export const DONE = httpChunk('data: [DONE]\n\n');

/** A whole response with a length. */
export function httpResponse(status: number, body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`;
}
