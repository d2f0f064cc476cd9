import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/** Requests that one connection may have sent ahead. Browsers, proxies and client libraries send none. */
const MAX_WAITING = 256;

/**
 * The requests of one connection are worked on one after the other, as they are answered. HTTP/1.1 lets a client send
 * many before it has read an answer (pipelining): one packet would else have a hundred answers built at once, which all
 * wait for the first, and what a later request holds would be held until the first is over.
 */
export function oneAtATime(): RequestHandler {
  const lines = new WeakMap<Socket, Line>();

  return (request, response, next) => {
    const { socket } = request;
    const line = lines.get(socket) ?? new Line(socket);
    lines.set(socket, line);
    line.enter(() => {
      response.once('close', () => line.leave());
      next();
    });
  };
}

class Line {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly socket: Socket) {}

  enter(begin: () => void): void {
    if (!this.#busy) {
      this.#busy = true;
      begin();
    } else if (this.#waiting.length < MAX_WAITING) {
      // Whoever begins later would else have the log context of the request before it.
      this.#waiting.push(AsyncResource.bind(begin));
      this.socket.pause();
    } else {
      this.socket.destroy();
    }
  }

  leave(): void {
    this.#busy = false;
    if (!this.socket.writable) this.#waiting.length = 0;
    const next = this.#waiting.shift();
    if (this.#waiting.length === 0) this.socket.resume();
    if (next !== undefined) this.enter(next);
  }
}
