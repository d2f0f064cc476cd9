import type { IncomingMessage } from 'node:http';
import { ProblemException } from './problem.exception.js';

const FIRST_BYTES = 16 * 1024;

/**
 * Reads a body into one buffer that grows as bytes arrive. A buffer of the claimed length would waste memory, and a
 * list of one-byte pieces would take hundreds of times their size.
 * @param most the largest size in bytes
 * @param grow is called with the buffer's next size; an error from it ends the reading
 * @throws ProblemException 413 beyond `most`, 400 where the request ends early
 */
export function readBody(request: IncomingMessage, most: number, grow: (bytes: number) => void): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? most);
  if (length > most) return Promise.reject(new ProblemException(TOO_LARGE));
  const body = new GrowingBuffer(length, grow);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const add = (piece: Buffer): void => {
    try {
      body.add(piece);
    } catch (error) {
      // Discards the rest: clients reuse the connection, which would be stuck.
      request.off('data', add).resume();
      reject(error);
    }
  };
  const endEarly = (): void => reject(new ProblemException(ENDED_EARLY));
  request.on('data', add);
  request.once('end', () => resolve(body.bytes));
  request.once('error', endEarly).once('close', endEarly);
  return promise;
}

class GrowingBuffer {
  #buffer = Buffer.alloc(0);
  #length = 0;

  constructor(
    private readonly most: number,
    private readonly grow: (bytes: number) => void,
  ) {}

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.most) throw new ProblemException(TOO_LARGE);
    if (length > this.#buffer.length) {
      const size = Math.min(this.most, Math.max(length, 2 * this.#buffer.length, FIRST_BYTES));
      this.grow(size);
      const larger = Buffer.allocUnsafe(size);
      this.bytes.copy(larger);
      this.#buffer = larger;
    }
    piece.copy(this.#buffer, this.#length);
    this.#length = length;
  }
}

const TOO_LARGE = { status: 413, code: 'body_too_large', detail: 'The body is larger than 1 MiB.' } as const;
const ENDED_EARLY = { status: 400, code: 'invalid_request', detail: 'The body ended early.' } as const;
