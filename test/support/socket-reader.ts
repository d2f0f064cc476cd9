import { request, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import type { AnswerEvent } from '../../src/wire/answer-event.js';

/** An event with the time at which it reached this process (monotonic ms). */
export interface TimedEvent {
  readonly event: AnswerEvent;
  readonly cursor: string;
  readonly at: number;
}

/** A reader on a socket of its own, which reads only when it is told to. */
export interface SocketReader {
  readonly status: number;
  readonly answerId: string;
  /** What has arrived so far. */
  events(): TimedEvent[];
  /** Stops reading: what is sent from now on waits in the socket, then in the service. */
  pause(): void;
  resume(): void;
  /** Closes the socket. */
  leave(): void;
  /** Resolves when the socket is closed; true where the response was whole. */
  readonly closed: Promise<boolean>;
}

export interface ReaderOptions {
  method?: 'GET' | 'POST';
  body?: Record<string, unknown>;
  /** Reads nothing at all until {@link SocketReader.resume}. */
  paused?: boolean;
}

/** Sends a request on a connection of its own; resolves with the response's head. */
export function openReader(url: string, options: ReaderOptions = {}): Promise<SocketReader> {
  const { method = 'POST', body, paused = false } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false, headers: { 'content-type': 'application/json' } });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => resolve(read(response, paused)));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function read(response: IncomingMessage, paused: boolean): SocketReader {
  // Parsed afterwards: the clock of one reader must not tick for the parsing of another's.
  const pieces: { text: string; at: number }[] = [];
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  const closed = new Promise<boolean>((resolve) => response.once('close', () => resolve(response.complete)));
  response.on('data', (text: string) => pieces.push({ text, at: performance.now() }));
  if (paused) response.pause();
  return {
    status: response.statusCode ?? 0,
    answerId: String(response.headers['x-answer-id']),
    events: () => eventsOf(pieces),
    pause: () => response.pause(),
    resume: () => response.resume(),
    leave: () => response.destroy(),
    closed,
  };
}

function eventsOf(pieces: readonly { text: string; at: number }[]): TimedEvent[] {
  const list: TimedEvent[] = [];
  let now = 0;
  const parser = createParser({
    onEvent: ({ id = '', data }) => list.push({ event: JSON.parse(data) as AnswerEvent, cursor: id, at: now }),
  });
  for (const { text, at } of pieces) {
    now = at;
    parser.feed(text);
  }
  return list;
}
