import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { httpChunk, startRawServer } from '../../../support/raw-server.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function asked(answer: (socket: Socket, request: string) => void, onText?: () => void) {
  const server = await startRawServer(answer);
  const provider = providerAt(server.origin);
  cleanUp.push(
    () => server.close(),
    () => provider.close(),
  );
  return { ...(await askProvider(provider, {}, undefined, onText)), requests: server.requests };
}

function response(status: number, encoding: string, body: Buffer): Buffer {
  const head = `HTTP/1.1 ${status} Status\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const event = (content: string, finish: string | null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const ANSWER = Buffer.from(`${event('Ebbe und Flut 🌊', null)}${event('', 'stop')}data: [DONE]\n\n`);

describe('a compressed answer', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes) => bytes],
  ])('in %s is read, though identity was asked for', async (encoding, compress) => {
    const { text, error, requests } = await asked((socket) => socket.write(response(200, encoding, compress(ANSWER))));
    expect({ text, error }).toEqual({ text: 'Ebbe und Flut 🌊', error: undefined });
    expect(requests[0]?.toLowerCase()).toContain('accept-encoding: identity');
  });

  it('is passed on as it comes', async () => {
    const gzip = createGzip();
    let goOn = (): void => undefined;
    const { text, error } = await asked(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n');
        gzip.on('data', (bytes: Buffer) => socket.write(httpChunk(bytes)));
        gzip.write(event('first', null), () => gzip.flush());
        // The rest follows only once the first token was read.
        goOn = () => gzip.end(`${event(' second', 'stop')}data: [DONE]\n\n`);
      },
      () => goOn(),
    );
    expect({ text, error }).toEqual({ text: 'first second', error: undefined });
  });

  it('that is cut off counts as truncated, with its text', async () => {
    const compressed = gzipSync(Buffer.from(event('Half of it', null).repeat(1)));
    const { text, failure } = await asked((socket) => socket.write(response(200, 'gzip', compressed.subarray(0, -8))));
    expect(text).toBe('Half of it');
    expect(failure).toMatchObject({ kind: 'protocol', code: 'provider_bad_response' });
  });

  it.each([
    ['gzip', Buffer.from('this is no gzip')],
    ['compress', ANSWER],
  ])('in broken or unknown %s is a bad response', async (encoding, body) => {
    const { failure } = await asked((socket) => socket.write(response(200, encoding, body)));
    expect(failure).toMatchObject({ kind: 'protocol', code: 'provider_bad_response' });
  });

  it('of an error is read too', async () => {
    const body = gzipSync(Buffer.from('{"error":{"message":"Content Exists Risk"}}'));
    const { failure } = await asked((socket) => socket.write(response(400, 'gzip', body)));
    expect(failure).toMatchObject({ kind: 'caller', code: 'content_filtered' });
  });
});
