import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/** Requests that one connection may send ahead. Browsers, proxies and client libraries send none. */
const MAX_WAITING = 256;

/**
 * Handles the requests of one connection one after the other. HTTP/1.1 lets a client send many before it reads a
 * response (pipelining): one packet could then have a hundred responses built at once, and held until the first is
 * sent.
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

  enter(start: () => void): void {
    if (!this.#busy) {
      this.#busy = true;
      start();
    } else if (this.#waiting.length < MAX_WAITING) {
      // Otherwise it would run in the log context of the request before it.
      this.#waiting.push(AsyncResource.bind(start));
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
