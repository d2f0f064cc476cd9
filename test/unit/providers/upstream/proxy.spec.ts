import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { ownMs } from '../../../support/own-time.js';
import { startForwardProxy, type ForwardProxy } from '../../../support/forward-proxy.js';

const TLS = path.join(import.meta.dirname, '../../../fixtures/tls');
const cert = readFileSync(path.join(TLS, 'provider.test.crt'));
const key = readFileSync(path.join(TLS, 'provider.test.key'));

/** Answers the first token at once and the rest only once the reader has it, so that nothing in between may buffer. */
let goOn = (): void => undefined;
const answer: RequestListener = (request, response) => {
  authorizations.push(request.headers.authorization);
  closed = once(response, 'close');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {"choices":[{"index":0,"delta":{"content":"through"}}]}\n\n');
  goOn = () =>
    response.end(
      'data: {"choices":[{"index":0,"delta":{"content":" it"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    );
};
let authorizations: (string | undefined)[];
let closed: Promise<unknown>;
let http: Server;
let https: Server;
let proxy: ForwardProxy;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  authorizations = [];
  goOn = () => undefined;
  http = createHttpServer(answer);
  https = createHttpsServer({ cert, key }, answer);
  for (const server of [http, https]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server: Server): number => (server.address() as AddressInfo).port;
  proxy = await startForwardProxy({ 'provider.test:80': port(http), 'provider.test:443': port(https) });
  cleanUp.push(() => proxy.close(), ...[http, https].map((server) => () => closeAll(server)));
});

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

function closeAll(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

function throughProxy(baseUrl: string, proxyUrl = proxy.url, bypass: string[] = []) {
  const provider = providerAt(
    baseUrl,
    {},
    { proxy: { url: proxyUrl, bypass }, ca: cert, clocks: { connectMs: 1_000 } },
  );
  cleanUp.push(() => provider.close());
  return provider;
}

describe('a provider behind a forward proxy', () => {
  it('is asked over HTTP in absolute form', async () => {
    const { text, error } = await askProvider(throughProxy('http://provider.test/v1'), {}, undefined, () => goOn());
    expect({ text, error }).toEqual({ text: 'through it', error: undefined });
    expect(proxy.requests).toEqual([{ line: 'POST http://provider.test/v1/chat/completions', credentials: undefined }]);
    expect(authorizations).toEqual(['Bearer canary-key']);
  });

  it('is asked over HTTPS through a tunnel that sees neither key nor text', async () => {
    const { text, error } = await askProvider(throughProxy('https://provider.test/v1'), {}, undefined, () => goOn());
    expect({ text, error }).toEqual({ text: 'through it', error: undefined });
    expect(proxy.requests).toEqual([{ line: 'CONNECT provider.test:443', credentials: undefined }]);
    expect(authorizations).toEqual(['Bearer canary-key']);
  });

  it.each(['http://provider.test', 'https://provider.test'])(
    'gets the proxy credentials of its URL only there: %s',
    async (base) => {
      const url = proxy.url.replace('http://', 'http://us%40er:pass@');
      const { text } = await askProvider(throughProxy(base, url), {}, undefined, () => goOn());
      expect(text).toBe('through it');
      expect(proxy.requests[0]?.credentials).toBe(`Basic ${Buffer.from('us@er:pass').toString('base64')}`);
    },
  );

  it.each(['http://provider.test', 'https://provider.test'])(
    'is cancelled within 100 ms, through the proxy: %s',
    async (base) => {
      const provider = throughProxy(base);
      const reason = new Error('the reader left');
      const cancel = new AbortController();
      const cancelled = Promise.withResolvers<void>();
      const asked = askProvider(provider, {}, cancel.signal, () => {
        cancel.abort(reason);
        cancelled.resolve();
      });
      await cancelled.promise;
      expect(await ownMs(() => closed)).toBeLessThan(100);
      expect((await asked).error).toBe(reason);
    },
  );

  it('is asked directly where NO_PROXY names it, and always on loopback', async () => {
    const direct = throughProxy('http://provider.test', proxy.url, ['.test']);
    // There is no such host without the proxy.
    expect((await askProvider(direct)).failure).toMatchObject({ kind: 'server', nothingReceived: true });
    const loopback = throughProxy(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    expect((await askProvider(loopback, {}, undefined, () => goOn())).text).toBe('through it');
    expect(proxy.requests).toEqual([]);
  });
});

describe('a proxy that fails', () => {
  it.each([
    ['http://provider.test', 503],
    ['https://provider.test', 503],
    ['https://provider.test', 407],
  ])('by refusing (%s, %i) makes the provider unavailable', async (base, status) => {
    proxy.refuseWith(status);
    const url = proxy.url.replace('http://', 'http://user:proxy-canary@');
    const { failure } = await askProvider(throughProxy(base, url));
    expect(failure).toMatchObject({ kind: 'server', code: 'provider_unavailable' });
    expect(`${failure?.message}${failure?.stack}`).not.toContain('proxy-canary');
  });

  it('by being gone makes the provider unavailable', async () => {
    await proxy.close();
    for (const base of ['http://provider.test', 'https://provider.test']) {
      expect((await askProvider(throughProxy(base))).failure).toMatchObject({ kind: 'server', nothingReceived: true });
    }
  });
});
