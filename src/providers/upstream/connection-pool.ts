import { Socket } from 'node:net';
import { buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';
import type { ProxyConfig } from '../../config/app-config.js';
import type { Exchange } from './exchange.js';
import { bypassesProxy } from './proxy-bypass.js';

export interface ConnectionOptions {
  /** How long one socket may take to open. */
  connectMs: number;
  proxy: ProxyConfig;
  /** Certificates to trust besides the system's, PEM. */
  ca?: string | Buffer;
}

/** A running answer holds one connection; this is a safety bound far above what is used. */
const MAX_CONNECTIONS = 4_096;
const KEEP_ALIVE_MS = 4_000;
/** The exchange's own clock is exact; undici's closes what that leaves behind. */
const CONNECT_SLACK_MS = 1_000;

/** Connections to one provider's origin, directly or through the proxy. Redirects are never followed. */
export class ConnectionPool {
  readonly #dispatcher: Dispatcher;
  /** The exchange being dispatched: undici opens sockets for it within that call. */
  #dispatching: Exchange | undefined;

  constructor(
    private readonly origin: string,
    options: ConnectionOptions,
  ) {
    const { proxy } = options;
    const proxied = proxy.url !== undefined && !bypassesProxy(new URL(origin), proxy.bypass);
    this.#dispatcher = proxied ? throughProxy(proxy.url, options) : this.#direct(options);
  }

  post(path: string, headers: Record<string, string>, body: string, exchange: Exchange): void {
    this.#dispatch({ method: 'POST', path, headers, body }, exchange);
  }

  get(path: string, headers: Record<string, string>, exchange: Exchange): void {
    this.#dispatch({ method: 'GET', path, headers }, exchange);
  }

  /** Aborts whatever still runs. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy(new Error('the provider is being closed'));
  }

  #dispatch(
    request: Pick<Dispatcher.DispatchOptions, 'method' | 'path' | 'headers' | 'body'>,
    exchange: Exchange,
  ): void {
    this.#dispatching = exchange;
    try {
      this.#dispatcher.dispatch({ origin: this.origin, ...request, ...NO_TIMEOUTS }, exchange);
    } finally {
      this.#dispatching = undefined;
    }
  }

  #direct(options: ConnectionOptions): Pool {
    const open = buildConnector(connectOptions(options));
    const connect: buildConnector.connector = (target, callback) => {
      // undici's connector returns its socket, which its type does not say.
      const socket: unknown = open(target, callback);
      if (socket instanceof Socket) this.#dispatching?.connectsBy(socket);
    };
    return new Pool(this.origin, { ...POOL_OPTIONS, connect });
  }
}

/** The clocks are the exchange's. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

const POOL_OPTIONS = {
  connections: MAX_CONNECTIONS,
  pipelining: 1,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // One connection per request: cancelling closes its socket, and no answer waits behind another's packets.
  allowH2: false,
};

function connectOptions({ connectMs, ca }: ConnectionOptions): buildConnector.BuildOptions {
  return { timeout: connectMs + CONNECT_SLACK_MS, allowH2: false, ...(ca === undefined ? {} : { ca }) };
}

/** Absolute-form requests for HTTP, a tunnel by CONNECT for HTTPS. */
function throughProxy(url: string | undefined, options: ConnectionOptions): ProxyAgent {
  const tls = connectOptions(options);
  return new ProxyAgent({
    ...POOL_OPTIONS,
    uri: url ?? '',
    connectTimeout: options.connectMs + CONNECT_SLACK_MS,
    proxyTls: tls,
    requestTls: tls,
    clientFactory: (origin, opts) =>
      new Pool(origin, { ...POOL_OPTIONS, ...opts, headersTimeout: options.connectMs + CONNECT_SLACK_MS }),
  });
}
