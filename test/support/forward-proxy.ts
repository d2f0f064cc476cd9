import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ForwardProxy {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** What it was asked: `POST http://…` or `CONNECT host:port`, and the credentials sent with it. */
  requests: { line: string; credentials: string | undefined }[];
  /** Refuses everything with this status from now on. */
  refuseWith(status: number): void;
  close(): Promise<void>;
}

/** A real HTTP forward proxy on loopback. Names it looks up by `hosts`: `provider.test:80` → a port of this machine. */
export async function startForwardProxy(hosts: Record<string, number>): Promise<ForwardProxy> {
  const requests: ForwardProxy['requests'] = [];
  const sockets = new Set<Socket>();
  let refusal: number | undefined;
  const server = createServer((incoming, outgoing) => {
    const target = new URL(incoming.url ?? '');
    requests.push({ line: `${incoming.method} ${incoming.url}`, credentials: incoming.headers['proxy-authorization'] });
    const port = hosts[`${target.hostname}:${target.port || 80}`];
    if (port === undefined || refusal !== undefined) return void outgoing.writeHead(refusal ?? 502).end();
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const options = { host: '127.0.0.1', port, path: target.pathname, method: incoming.method, headers };
    const onward = httpRequest(options, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket: Socket) => {
    requests.push({ line: `CONNECT ${incoming.url}`, credentials: incoming.headers['proxy-authorization'] });
    const port = hosts[incoming.url ?? ''];
    if (port === undefined || refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal ?? 502} No\r\n\r\n`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    refuseWith: (status) => (refusal = status),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
