import type { Socket } from 'node:net';
import type { AnswerBytes } from './answer-bytes.js';
import type { Paced } from './pacer.js';

/** One answer on its way: a token at each of its times, whatever became of the one before. */
export class PacedAnswer implements Paced {
  due: number;
  #written = 0;

  /**
   * @param phase share of a pace that the first token waits, so that answers don't march in step
   * @param ended told whether all of it was written
   */
  constructor(
    private readonly socket: Socket,
    private readonly bytes: AnswerBytes,
    private readonly paceMs: number,
    private readonly askedAt: number,
    phase: number,
    private readonly ended: (whole: boolean, events: number) => void,
  ) {
    this.due = askedAt + paceMs * (1 + phase);
    socket.write(bytes.opening);
  }

  act(now: number): boolean {
    const { socket, bytes } = this;
    if (socket.destroyed) {
      this.ended(false, this.#written + 1);
      return false;
    }
    if (this.#written > bytes.tokens.length) {
      socket.write(bytes.ending);
      this.ended(true, bytes.events);
      return false;
    }
    socket.write(this.#written === 0 ? bytes.first(now - this.askedAt) : bytes.tokens[this.#written - 1]!);
    this.#written++;
    this.due += this.paceMs;
    return true;
  }
}
