import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** How many connections were cut so far. */
  readonly cuts: number;
  /** Cuts all connections and listens no more. */
  close(): Promise<void>;
  /** Listens again, at the same address. */
  reopen(): Promise<void>;
}

/** A TCP proxy to `url` that resets one connection after another as soon as so many bytes of the reply have passed. */
export async function startCuttingProxy(url: string, afterBytes: readonly number[] = []): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url);
  const waiting = [...afterBytes];
  const clients = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    clients.add(client);
    const limit = waiting.shift() ?? Infinity;
    let passed = 0;
    const upstream = connect(Number(port), hostname);
    client.on('data', (bytes) => upstream.write(bytes)).on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.on('data', (bytes) => {
      client.write(bytes.subarray(0, limit - passed));
      passed += bytes.length;
      if (passed < limit) return;
      passed = -Infinity;
      cuts++;
      upstream.destroy();
      client.end();
    });
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    get cuts() {
      return cuts;
    },
    close: () => {
      for (const client of clients) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    reopen: () => listen(own),
  };
}
