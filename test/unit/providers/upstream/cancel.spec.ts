import { afterEach, describe, expect, it } from '@jest/globals';
import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { ownMs } from '../../../support/own-time.js';
import { DONE, STREAM_END, STREAM_HEAD, said, startRawServer, type RawServer } from '../../../support/raw-server.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** Resolves when a server's only connection was closed by the other side. */
async function closed({ sockets: [socket] }: RawServer): Promise<void> {
  if (socket !== undefined && !socket.closed) await once(socket, 'close');
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const reason = new Error('the reader left');

describe('cancelling', () => {
  it.each<[string, 'http:' | 'https:', (socket: Socket) => void, (server: RawServer) => boolean]>([
    ['in the TLS handshake', 'https:', () => undefined, ({ sockets }) => (sockets[0]?.bytesRead ?? 0) > 0],
    ['before the headers', 'http:', () => undefined, ({ requests }) => requests.length === 1],
    ['before the first token', 'http:', (socket) => socket.write(STREAM_HEAD), ({ requests }) => requests.length === 1],
    [
      'in the middle of the answer',
      'http:',
      (socket) => {
        socket.write(STREAM_HEAD);
        const timer = setInterval(() => socket.write(said('more ')), 5);
        socket.on('close', () => clearInterval(timer));
      },
      ({ sockets }) => (sockets[0]?.bytesWritten ?? 0) > 1_000,
    ],
  ])('%s closes the socket within 100 ms and throws the reason', async (_, protocol, answer, reached) => {
    const server = await startRawServer(answer);
    const provider = providerAt(server.origin.replace('http:', protocol));
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    const cancel = new AbortController();
    const asked = askProvider(provider, {}, cancel.signal);
    await until(() => reached(server));
    cancel.abort(reason);
    expect(await ownMs(() => closed(server))).toBeLessThan(100);
    expect((await asked).error).toBe(reason);
  });

  it('while a DNS lookup or connection is under way leaves the provider usable', async () => {
    const server = await startRawServer((socket) => {
      socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('Hi', 'stop'), DONE, Buffer.from(STREAM_END)]));
    });
    const provider = providerAt(server.origin.replace('127.0.0.1', 'localhost'));
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    for (let i = 0; i < 20; i++) {
      const cancel = new AbortController();
      const asked = askProvider(provider, {}, cancel.signal);
      cancel.abort(reason);
      expect((await asked).error).toBe(reason);
    }
    expect((await askProvider(provider)).text).toBe('Hi');
  });

  it('before it is asked sends nothing', async () => {
    const server = await startRawServer(() => undefined);
    const provider = providerAt(server.origin);
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    expect((await askProvider(provider, {}, AbortSignal.abort(reason))).error).toBe(reason);
    expect(server.sockets).toHaveLength(0);
  });

  it('by a reader that simply stops reading closes the socket too', async () => {
    const request = { messages: [{ role: 'user' as const, content: 'x' }] };
    const server = await startRawServer((socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One'));
    });
    const provider = providerAt(server.origin);
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    for await (const _ of provider.chatCompletionStream(request, new AbortController().signal)) break;
    expect(await ownMs(() => closed(server))).toBeLessThan(100);
  });

  it('at random moments, 300 times, leaves no socket, timer or listener behind', async () => {
    const server = await startRawServer((socket) => {
      socket.write(STREAM_HEAD);
      let n = 0;
      const timer = setInterval(() => {
        if (n++ < 10) socket.write(said('word '));
        else socket.write(Buffer.concat([said('', 'stop'), DONE, Buffer.from(STREAM_END)]));
        if (n > 10) clearInterval(timer);
      }, 2);
      socket.on('close', () => clearInterval(timer));
    });
    const provider = providerAt(server.origin);
    cleanUp.push(() => server.close());
    const signals: AbortSignal[] = [];
    const one = async (): Promise<void> => {
      const cancel = new AbortController();
      signals.push(cancel.signal);
      const timer = setTimeout(() => cancel.abort(reason), Math.random() * 30);
      const { error } = await askProvider(provider, {}, cancel.signal);
      clearTimeout(timer);
      if (error !== undefined) expect(error).toBe(reason);
    };
    await Promise.all(Array.from({ length: 300 }, one));
    await provider.close();
    await until(() => server.sockets.every((socket) => socket.closed));
    expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
    // Our side of a connection may close a moment after the server's.
    await until(() => openResources() < 5);
  });
});

describe('a finished answer', () => {
  it('leaves its connection to later ones, though its body ends a moment after [DONE]', async () => {
    const server = await startRawServer((socket) => {
      socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('Hi', 'stop'), DONE]));
      setImmediate(() => socket.write(STREAM_END));
    });
    const provider = providerAt(server.origin);
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    const deadline = performance.now() + 5_000;
    while (server.sockets.length === server.requests.length && performance.now() < deadline) {
      expect((await askProvider(provider)).text).toBe('Hi');
    }
    expect(server.sockets.length).toBeLessThan(server.requests.length);
  });
});

function openResources(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'TCPSocketWrap').length;
}
