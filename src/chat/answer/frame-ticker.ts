import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AnswerLog } from './answer-log.js';

/** One display frame: nobody can see text that comes faster, and every write costs a system call. */
const FRAME_MS = 16;
const LONGEST_FRAME_MS = 100;
/** Flushing takes at most a quarter of the event loop. */
const REST_FACTOR = 3;
const KEEP_ALIVE_CHECK_MS = 4_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** A comment keeps proxies from closing a stream on which nothing is said; it has no cursor. */
const KEEP_ALIVE = { comment: 'keep-alive' } as const;
export type KeepAlive = typeof KEEP_ALIVE;

/** What a stream's reader gets besides frames. */
export interface KeepAliveReader {
  keepAlive(comment: KeepAlive): void;
}

/** The one clock of all event streams: it paces text into frames and keeps silent connections alive. */
@Injectable()
export class FrameTicker implements OnApplicationShutdown {
  #due = new Set<AnswerLog>();
  #timer: NodeJS.Timeout | undefined;
  #frameMs = FRAME_MS;
  readonly #streams = new Map<KeepAliveReader, AnswerLog>();
  #keepAliveTimer: NodeJS.Timeout | undefined;

  /** Has `log` flushed at the end of the current frame. */
  schedule(log: AnswerLog): void {
    this.#due.add(log);
    this.#timer ??= setTimeout(() => this.#tick(), this.#frameMs);
  }

  /** Keeps a stream alive while `log` is silent; returns how to end that. */
  watch(reader: KeepAliveReader, log: AnswerLog): () => void {
    this.#streams.set(reader, log);
    this.#keepAliveTimer ??= setInterval(() => this.#keepAlive(), KEEP_ALIVE_CHECK_MS).unref();
    return () => this.#streams.delete(reader);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#keepAliveTimer);
  }

  #tick(): void {
    const startedAt = performance.now();
    this.#timer = undefined;
    const due = this.#due;
    this.#due = new Set();
    for (const log of due) log.flush();
    const cost = performance.now() - startedAt;
    this.#frameMs = Math.min(Math.max(FRAME_MS, cost * REST_FACTOR), LONGEST_FRAME_MS);
  }

  #keepAlive(): void {
    const silentSince = performance.now() - KEEP_ALIVE_AFTER_MS;
    for (const [reader, log] of this.#streams) if (log.lastFrameAt < silentSince) reader.keepAlive(KEEP_ALIVE);
  }
}
