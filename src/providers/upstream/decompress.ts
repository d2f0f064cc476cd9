import { Readable, pipeline } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import { ProviderError } from '../provider-error.js';

/** Reads all bytes that have arrived; undefined at the end. */
export type ReadChunks = () => Promise<Buffer[] | undefined>;

/** What arrived is passed on at once, and an end without the format's trailer is an end: the dialect judges what is whole. */
const FLUSH = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI_FLUSH = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };
const ZSTD_FLUSH = { flush: constants.ZSTD_e_flush, finishFlush: constants.ZSTD_e_flush };

/** Identity was asked for; what came compressed all the same (`encoding` is its Content-Encoding) is read too. */
export function decompressed(read: ReadChunks, encoding: string): ReadChunks {
  const format = encoding.trim().toLowerCase();
  if (format === '' || format === 'identity') return read;
  let chunks: AsyncIterator<Buffer[]> | undefined;
  return async () => {
    chunks ??= inflate(read, format);
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  };
}

async function* inflate(read: ReadChunks, format: string): AsyncGenerator<Buffer[]> {
  const first = await read();
  if (first === undefined) return;
  const inflater = createInflater(format, first[0]?.[0] ?? 0);
  let sourceError: unknown;
  const source = Readable.from(
    (async function* () {
      try {
        for (let chunks: Buffer[] | undefined = first; chunks !== undefined; chunks = await read()) yield* chunks;
      } catch (error) {
        sourceError = error;
        throw error;
      }
    })(),
  );
  // The error reaches the loop below; pipeline asks for a callback to report it to as well.
  pipeline(source, inflater, () => undefined);
  try {
    for await (const chunk of inflater) if (Buffer.isBuffer(chunk)) yield [chunk];
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    throw badEncoding(`sent a broken ${format} stream`, error);
  } finally {
    inflater.destroy();
  }
}

function createInflater(format: string, firstByte: number): Transform {
  switch (format) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(FLUSH);
    case 'deflate':
      // Some servers leave out the zlib header, whose first byte ends in 8.
      return (firstByte & 0x0f) === 8 ? createInflate(FLUSH) : createInflateRaw(FLUSH);
    case 'br':
      return createBrotliDecompress(BROTLI_FLUSH);
    case 'zstd':
      return createZstdDecompress(ZSTD_FLUSH);
    default:
      throw badEncoding('sent an unknown content encoding');
  }
}

function badEncoding(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message }, { cause });
}
