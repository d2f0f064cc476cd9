import { connect, type Socket } from 'node:net';
import { STAMP_MARK, STAMP_WIDTH, readStamp } from '../answer-text.js';
import type { Samples } from './samples.js';

/** What all readers of a round share. */
export interface Round {
  readonly port: number;
  readonly paceMs: number;
  /** About how many bytes an answer has. */
  readonly expectedBytes: number;
  nextRequest(): Buffer;
  /** Whether to start another answer. */
  goesOn(): boolean;
  readonly addedFirstTokenMs: Samples;
  readonly addedGapMs: Samples;
  answered(bytes: Buffer): void;
  failed(why: string): void;
}

const RESPONSE_END = Buffer.from('0\r\n\r\n');
const MARK = Buffer.from(STAMP_MARK);
/** All sockets read into one buffer: what comes is copied before the next read. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * One reader: asks, reads to the end, asks again on the same connection. While answers stream it only keeps their bytes and
 * looks at the clock; they are read when the round is over.
 */
export class StreamReader {
  readonly done: Promise<void>;
  readonly #settle: PromiseWithResolvers<void>;
  #socket: Socket | undefined;
  #bytes = Buffer.alloc(0);
  #length = 0;
  #askedAt = 0;
  #lastReadAt: number | undefined;
  #gap: number | undefined;
  #isWaiting = false;
  /** The connection has served an answer before, so the server may be closing it while it is asked again. */
  #isUsed = false;

  constructor(private readonly round: Round) {
    this.#settle = Promise.withResolvers();
    this.done = this.#settle.promise;
  }

  ask(): void {
    this.#bytes = Buffer.allocUnsafeSlow(this.round.expectedBytes);
    this.#length = 0;
    this.#lastReadAt = undefined;
    this.#gap = undefined;
    this.#isWaiting = true;
    this.#socket ??= this.#connect();
    this.#askedAt = performance.now();
    this.#socket.write(this.round.nextRequest());
  }

  /** The round's time is over. */
  giveUp(): void {
    if (this.#isWaiting) this.#fail('not finished in time');
  }

  #connect(): Socket {
    const onread = { buffer: READ_BUFFER, callback: (length: number) => this.#take(length) };
    const socket = connect({ port: this.round.port, host: '127.0.0.1', noDelay: true, onread });
    const isCurrent = () => this.#socket === socket;
    socket.on('error', (error: NodeJS.ErrnoException) => isCurrent() && this.#fail(error.code ?? error.message));
    socket.on('close', () => isCurrent() && this.#closed());
    return socket;
  }

  #take(length: number): boolean {
    const now = performance.now();
    this.#keep(length);
    if (this.#lastReadAt === undefined) this.#lookForFirst(now);
    else {
      // The one before: the read that ends the response brings no text.
      if (this.#gap !== undefined) this.round.addedGapMs.add(Math.max(0, this.#gap - this.round.paceMs));
      this.#gap = now - this.#lastReadAt;
      this.#lastReadAt = now;
    }
    if (this.#isOver()) this.#end();
    return true;
  }

  #keep(length: number): void {
    if (this.#length + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow((this.#length + length) * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    READ_BUFFER.copy(this.#bytes, this.#length, 0, length);
    this.#length += length;
  }

  #lookForFirst(now: number): void {
    const at = this.#bytes.subarray(0, this.#length).indexOf(MARK);
    if (at === -1) return;
    const heldMs = readStamp(this.#bytes.toString('latin1', at, Math.min(at + STAMP_WIDTH, this.#length)));
    if (heldMs === undefined) return;
    this.#lastReadAt = now;
    this.round.addedFirstTokenMs.add(now - this.#askedAt - heldMs);
  }

  #isOver(): boolean {
    const from = this.#length - RESPONSE_END.length;
    if (from >= 0 && this.#bytes.compare(RESPONSE_END, 0, RESPONSE_END.length, from, this.#length) === 0) return true;
    // Only what refuses has a length and no stamp.
    return this.#lastReadAt === undefined && hasItsLength(this.#bytes.subarray(0, this.#length));
  }

  #end(): void {
    this.#isWaiting = false;
    this.#isUsed = true;
    const bytes = this.#bytes.subarray(0, this.#length);
    this.round.answered(bytes);
    if (!this.round.goesOn() || bytes.toString('latin1', 9, 12) !== '200') return this.#leave();
    if (closesConnection(bytes)) this.#dropConnection();
    this.ask();
  }

  #closed(): void {
    this.#dropConnection();
    if (!this.#isWaiting) return;
    // As any client does: a connection that was kept may end just when it is used again.
    if (this.#length === 0 && this.#isUsed) return this.#askAgain();
    // A response without a length ends with its connection; the check of its text tells whether it was whole.
    if (this.#lastReadAt === undefined) this.#fail('connection closed before the first token');
    else this.#end();
  }

  #fail(why: string): void {
    this.#isWaiting = false;
    this.round.failed(why);
    this.#leave();
  }

  #askAgain(): void {
    this.#isUsed = false;
    this.ask();
  }

  #leave(): void {
    this.#dropConnection();
    this.#settle.resolve();
  }

  #dropConnection(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

function closesConnection(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, bytes.indexOf('\r\n\r\n'));
  return /^connection:\s*close/im.test(head);
}

function hasItsLength(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  const length = end === -1 ? undefined : /^content-length:\s*(\d+)/im.exec(bytes.toString('latin1', 0, end))?.[1];
  return length !== undefined && bytes.length >= end + 4 + Number(length);
}
