import { Readable, pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import { ProviderError } from '../provider-error.js';
import type { ReadChunks } from './arrivals.js';

/** Identity is asked for, but some servers compress anyway. @param encoding the response's Content-Encoding */
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
  const source: { failed: boolean; error?: unknown } = { failed: false };
  const compressed = Readable.from(
    (async function* () {
      try {
        for (let chunks: Buffer[] | undefined = first; chunks !== undefined; chunks = await read()) yield* chunks;
      } catch (error) {
        Object.assign(source, { failed: true, error });
        throw error;
      }
    })(),
  );
  // The error reaches the loop below; pipeline asks for a callback to report it to as well.
  pipeline(compressed, inflater, () => undefined);
  try {
    for await (const chunk of inflater) if (Buffer.isBuffer(chunk)) yield [chunk];
  } catch (error) {
    if (source.failed) throw source.error;
    throw badEncoding(`sent a broken ${format} stream`, error);
  } finally {
    inflater.destroy();
  }
}

function createInflater(format: string, firstByte: number): Transform {
  switch (format) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      // Some servers leave out the zlib header, whose first byte ends in 8.
      return (firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw badEncoding('sent an unknown content encoding');
  }
}

function badEncoding(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message }, { cause });
}
