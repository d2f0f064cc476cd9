import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { STREAM_HEAD, httpChunk, httpResponse, said, startRawServer } from '../../../support/raw-server.js';

const TLS = path.join(import.meta.dirname, '../../../fixtures/tls');
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function asked(answer: (socket: Socket) => void, onConnection?: (socket: Socket) => void) {
  const server = await startRawServer(answer, onConnection);
  const provider = providerAt(server.origin);
  cleanUp.push(
    () => server.close(),
    () => provider.close(),
  );
  return askProvider(provider);
}

const UNAVAILABLE = { kind: 'server', code: 'provider_unavailable' };

describe('a connection that fails', () => {
  it('by being refused: nothing was received', async () => {
    const server = await startRawServer(() => undefined);
    await server.close();
    const provider = providerAt(server.origin);
    cleanUp.push(() => provider.close());
    const { failure } = await askProvider(provider);
    expect(failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: true });
    expect(failure?.message).toContain('ECONNREFUSED');
  });

  it('by an unknown name: nothing was received', async () => {
    const provider = providerAt('http://no-such-host.invalid');
    cleanUp.push(() => provider.close());
    expect((await askProvider(provider)).failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: true });
  });

  it('by a certificate that is not trusted: nothing was received, and nothing was sent', async () => {
    let requests = 0;
    const files = {
      key: readFileSync(path.join(TLS, 'provider.test.key')),
      cert: readFileSync(path.join(TLS, 'provider.test.crt')),
    };
    const server = createServer(files, () => requests++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = providerAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    cleanUp.push(
      () => new Promise((resolve) => server.close(resolve)),
      () => provider.close(),
    );
    expect((await askProvider(provider)).failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: true });
    expect(requests).toBe(0);
  });

  it('by a reset before the headers: nothing was received', async () => {
    const { failure } = await asked((socket) => socket.resetAndDestroy());
    expect(failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: true });
  });

  it('by an end before the headers: nothing was received', async () => {
    const { failure } = await asked((socket) => socket.end());
    expect(failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: true });
  });

  it.each<[string, (socket: Socket, then: () => void) => void, string]>([
    ['after the headers', (socket, then) => socket.write(STREAM_HEAD, then), ''],
    [
      'in the middle of the text',
      (socket, then) => socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('Some')]), then),
      'Some',
    ],
    [
      'in the middle of an event',
      (socket, then) =>
        socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('Some'), httpChunk('data: {"cho')]), then),
      'Some',
    ],
  ])('by a reset %s: the text counts', async (_, write, text) => {
    const result = await asked((socket) => write(socket, () => setTimeout(() => socket.resetAndDestroy(), 20)));
    expect(result.failure).toMatchObject({ ...UNAVAILABLE, nothingReceived: false });
    expect(result.text).toBe(text);
  });

  it('by something that is not HTTP', async () => {
    const { failure } = await asked((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(failure).toMatchObject({ kind: 'protocol', code: 'provider_bad_response' });
  });
});

describe('a request that is refused', () => {
  it('is judged by its status, headers and body', async () => {
    const body = JSON.stringify({
      error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' },
    });
    const { failure } = await asked((socket) => socket.write(httpResponse(429, body, { 'Retry-After': '3' })));
    expect(failure).toMatchObject({ kind: 'rate', status: 429, retryAfterMs: 3_000 });
    expect(failure?.message).toBe('answered 429 (rate_limit_exceeded)');
  });

  it('is judged by its status where the body never ends', async () => {
    const result = await asked((socket) => {
      socket.write('HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n');
      const timer = setInterval(() => socket.write(httpChunk('{')), 50);
      socket.on('close', () => clearInterval(timer));
    });
    expect(result.failure).toMatchObject({ ...UNAVAILABLE, status: 503 });
    expect(result.ms).toBeLessThan(3_500);
  });

  it('is judged by the first 64 KiB of an endless body', async () => {
    const { failure, ms } = await asked((socket) => {
      socket.write('HTTP/1.1 400 Bad\r\ntransfer-encoding: chunked\r\n\r\n');
      socket.write(httpChunk('{"error":{"message":"Content Exists Risk"}}'.padEnd(30_000)));
      const timer = setInterval(() => socket.write(httpChunk(' '.repeat(30_000))), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(failure).toMatchObject({ kind: 'caller', code: 'content_filtered' });
    expect(ms).toBeLessThan(1_500);
  });

  it('by a redirect is not followed: the key stays with its origin', async () => {
    const elsewhere = await startRawServer((socket) => socket.write(httpResponse(200, '{}')));
    cleanUp.push(() => elsewhere.close());
    const { failure } = await asked((socket) =>
      socket.write(httpResponse(307, '', { Location: `${elsewhere.origin}/v1` })),
    );
    expect(failure).toMatchObject({ kind: 'protocol', status: 307 });
    expect(elsewhere.sockets).toHaveLength(0);
  });

  it('never has the key in its failure, though the provider repeats it', async () => {
    const body = JSON.stringify({ error: { message: 'Invalid API Key: canary-key', code: 'canary-key' } });
    const { failure } = await asked((socket) => socket.write(httpResponse(401, body)));
    expect(failure?.kind).toBe('credentials');
    expect(JSON.stringify({ ...failure, message: failure?.message, stack: failure?.stack })).not.toContain(
      'canary-key',
    );
  });
});
