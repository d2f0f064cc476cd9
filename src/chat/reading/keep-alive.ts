import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AnswerLog } from '../answer/answer-log.js';

const CHECK_MS = 4_000;
const AFTER_MS = 10_000;

/** Keeps proxies from closing a silent stream. It has no cursor. */
const COMMENT = { comment: 'keep-alive' } as const;
export type KeepAliveComment = typeof COMMENT;

/** A reader that gets keep-alive comments beside frames. */
export interface KeepAliveReader {
  keepAlive(comment: KeepAliveComment): void;
}

/** One timer that keeps the silent event streams alive. */
@Injectable()
export class KeepAlive implements OnApplicationShutdown {
  readonly #streams = new Map<KeepAliveReader, AnswerLog>();
  #timer: NodeJS.Timeout | undefined;

  /** Keeps a stream alive while `log` is silent. Returns a function that stops it. */
  watch(reader: KeepAliveReader, log: AnswerLog): () => void {
    this.#streams.set(reader, log);
    this.#timer ??= setInterval(() => this.#check(), CHECK_MS).unref();
    return () => this.#streams.delete(reader);
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const silentSince = performance.now() - AFTER_MS;
    for (const [reader, log] of this.#streams) if (log.lastFrameAt < silentSince) reader.keepAlive(COMMENT);
  }
}
