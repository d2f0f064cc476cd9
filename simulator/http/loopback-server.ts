import { createServer } from 'node:http';
import { setTimeout as timeout } from 'node:timers/promises';
import type { RequestListener, Server } from 'node:http';

/** Longer than any client keeps an idle connection, so that it is never the simulator that closes it first. */
const KEEP_ALIVE_MS = 120_000;
const LISTEN_ATTEMPTS = 20;
const RETRY_MS = 100;

/** An HTTP server on one loopback port that can stop listening and listen again on the same port. */
export class LoopbackServer {
  #server: Server | undefined;
  /** Servers that listen no more but still have answers running. */
  readonly #retired = new Set<Server>();
  #boundPort = 0;

  constructor(
    private readonly host: string,
    private readonly listener: RequestListener,
  ) {}

  get url(): string {
    return `http://${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.#boundPort}`;
  }

  get listening(): boolean {
    return this.#server !== undefined;
  }

  /** Listens on `port` (0: any free one), or again on the port it had. */
  async listen(port = this.#boundPort): Promise<void> {
    if (this.#server) return;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#server = await this.#bind(port);
        break;
      } catch (error) {
        // Another program's connection may have taken the free port for its own end for a moment.
        if (port === 0 || attempt === LISTEN_ATTEMPTS) throw error;
        await timeout(RETRY_MS);
      }
    }
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#boundPort = address.port;
  }

  /** Refuses new connections from here on and closes idle ones; with `all` the busy ones as well. */
  async stop(all: boolean): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server ? this.#retire(server) : undefined;
    if (!all) return;
    for (const each of this.#retired) each.closeAllConnections();
    await closed;
  }

  async #retire(server: Server): Promise<void> {
    this.#retired.add(server);
    return new Promise((resolve) => {
      server.close(() => {
        this.#retired.delete(server);
        resolve();
      });
      server.closeIdleConnections();
    });
  }

  async #bind(port: number): Promise<Server> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
      // A connection kept alive from before must not outlive a server that refuses.
      response.once('close', () => {
        if (this.#retired.has(server)) request.socket.destroy();
      });
      this.listener(request, response);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.host, () => {
        server.off('error', reject);
        resolve(server);
      });
    });
  }
}
