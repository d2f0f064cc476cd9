import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { seededRandom } from '../answers/hash.js';
import { breathe } from './waits.js';
import type { ServerResponse } from 'node:http';
import type { Gzip } from 'node:zlib';
import type { Framing } from '../faults/fault-spec.js';

/** The body reached the byte at which a fault cuts it. */
export class ByteLimitReached extends Error {}

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;
const LARGEST_RANDOM_WRITE = 64;

/** Writes events to a response with a given framing, waiting wherever the client reads slowly. */
export class SseWriter {
  readonly #eol: string;
  readonly #gzip: Gzip | undefined;
  readonly #nextSize: (() => number) | undefined;
  #events = 0;
  #written = 0;
  #begun = false;
  /** The blank line owed to the last event, where it may have to be left out. */
  #owed = '';

  constructor(
    private readonly response: ServerResponse,
    private readonly framing: Framing,
    private readonly signal: AbortSignal,
    private readonly byteLimit = Number.POSITIVE_INFINITY,
  ) {
    this.#eol = LINE_ENDS[framing.lineEnd ?? 'lf'];
    const { splitBytes, splitSeed } = framing;
    if (splitSeed !== undefined) {
      const random = seededRandom(splitSeed);
      this.#nextSize = () => 1 + random(LARGEST_RANDOM_WRITE);
    } else if (splitBytes !== undefined) this.#nextSize = () => Math.max(1, splitBytes);
    if (framing.gzip) {
      this.#gzip = createGzip();
      this.#gzip.pipe(response);
    }
  }

  /** One event; `data` is a JSON value, or text that goes as it is. */
  async event(data: object | string, name?: string): Promise<void> {
    await this.#send(this.#frame(data, name));
  }

  /** The bytes before the middle of an event. */
  async halfEvent(data: object): Promise<void> {
    const text = this.#frame(data, undefined);
    await this.#send(text.slice(0, Math.floor(text.length / 2)));
  }

  async comment(text: string): Promise<void> {
    await this.#send(`: ${text}${this.#eol}${this.#eol}`);
  }

  /** Text as it is. */
  async raw(text: string): Promise<void> {
    await this.#send(text);
  }

  /** Ends the body properly. */
  end(): void {
    if (this.#gzip) this.#gzip.end();
    else this.response.end();
  }

  #frame(data: object | string, name: string | undefined): string {
    const { framing } = this;
    const eol = this.#eol;
    this.#events++;
    const field = framing.noSpace ? 'data:' : 'data: ';
    const json = typeof data === 'string' ? data : JSON.stringify(data, null, framing.multiLineData ? 1 : 0);
    const extra = framing.extraFields ? `event: message${eol}id: ${this.#events}${eol}retry: 3000${eol}` : '';
    const event = name === undefined ? extra : `event: ${name}${eol}`;
    return (
      event +
      json
        .split('\n')
        .map((line) => field + line + eol)
        .join('') +
      eol
    );
  }

  async #send(text: string): Promise<void> {
    let whole = text;
    if (this.framing.noFinalBlankLine) {
      const bare = text.replace(/[\r\n]+$/, '');
      whole = this.#owed + bare;
      this.#owed = text.slice(bare.length);
    }
    if (this.framing.bom && !this.#begun) whole = `\uFEFF${whole}`;
    this.#begun = true;
    const bytes = Buffer.from(whole);
    const room = this.byteLimit - this.#written;
    await this.#write(bytes.length > room ? bytes.subarray(0, room) : bytes);
    if (bytes.length >= room) throw new ByteLimitReached();
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#written += bytes.length;
    if (!this.#nextSize) return this.#writePiece(bytes);
    for (let at = 0; at < bytes.length;) {
      const size = this.#nextSize();
      await this.#writePiece(bytes.subarray(at, at + size));
      // A write of its own: Node joins what is written within one turn.
      await breathe(this.signal);
      at += size;
    }
  }

  async #writePiece(bytes: Buffer): Promise<void> {
    this.signal.throwIfAborted();
    const target = this.#gzip ?? this.response;
    const free = target.write(bytes);
    this.#gzip?.flush();
    if (!free) await once(target, 'drain', { signal: this.signal });
  }
}
