import type { IncomingMessage } from 'node:http';
import { ProblemException } from './problem.exception.js';

const FIRST_BYTES = 16 * 1024;

/**
 * Reads a body into one buffer that grows with what comes. A buffer of the length that a request claims would cost memory
 * for nothing, and a list of pieces takes hundreds of times the bytes where each piece has one.
 * @param most bytes that it may have
 * @param grow is told the size that the buffer is to have next; what it throws ends the reading
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
      // What is left is thrown away: the connection would be stuck, and clients use it again.
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
