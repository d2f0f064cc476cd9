import { endFrame, type FrameTicker, type FrameWaiter } from './frame-ticker.js';

/** Memory per chunk beside its bytes: chunks of one byte each must not fill it unnoticed. */
const CHUNK_OVERHEAD_BYTES = 128;

/** Resolves to all bytes that have arrived; undefined at the end. */
export type ReadChunks = () => Promise<Buffer[] | undefined>;

/**
 * The bytes of a response that its one reader has not taken yet. Once paced, they wait for the end of the current frame,
 * so that all that arrives within it is read together.
 */
export class Arrivals implements FrameWaiter {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #paced = false;
  /** The frame has ended: the reader may take what is there. */
  #due = false;
  #over: 'ended' | 'failed' | undefined;
  #error: unknown;
  #reader: PromiseWithResolvers<Buffer[] | undefined> | undefined;

  /** @param onTaken called whenever the reader has taken all that was there */
  constructor(
    private readonly frames: FrameTicker,
    private readonly onTaken: () => void,
  ) {}

  /** What waits for the reader, including its cost in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  pace(): void {
    this.#paced = true;
  }

  push(chunk: Buffer): void {
    if (this.#over === 'failed') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length + CHUNK_OVERHEAD_BYTES;
    if (!this.#paced) endFrame(this);
    else if (this.#chunks.length === 1) this.frames.schedule(this);
  }

  frameEnded(): void {
    this.#due = true;
    this.#handOver();
  }

  /** Nothing more arrives; what is there can still be taken. */
  end(): void {
    this.#over ??= 'ended';
    this.#handOver();
  }

  /** The reader gets what is there, and then the error. */
  fail(error: unknown): void {
    this.#over = 'failed';
    this.#error = error;
    this.#handOver();
  }

  /** What is there is dropped: the reader gets the error. */
  cut(error: unknown): void {
    this.#empty();
    this.fail(error);
  }

  /** All that has arrived since the last call, once there is something and it is due; undefined at the end. */
  read(): Promise<Buffer[] | undefined> {
    this.#reader = Promise.withResolvers();
    const { promise } = this.#reader;
    this.#handOver();
    return promise;
  }

  #handOver(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    if (this.#chunks.length > 0 && (this.#due || this.#over !== undefined)) {
      this.#reader = undefined;
      reader.resolve(this.#chunks);
      this.#empty();
      // Last: a resumed connection may deliver more, and its end, before this returns.
      this.onTaken();
    } else if (this.#over !== undefined) {
      this.#reader = undefined;
      if (this.#over === 'failed') reader.reject(this.#error);
      else reader.resolve(undefined);
    }
  }

  #empty(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#due = false;
  }
}
