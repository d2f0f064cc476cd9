import type { MessageEvent } from '@nestjs/common';
import type { Response } from 'express';
import { Observable, type Subscriber } from 'rxjs';
import { SLICE_CHARS, type AnswerLog } from '../answer/answer-log.js';
import type { Cursor } from '../answer/cursor.js';
import type { Frame } from '../answer/frame.js';
import type { KeepAlive, KeepAliveComment, KeepAliveReader } from './keep-alive.js';
import type { LogReader } from '../answer/log-readers.js';
import type { LogShelf } from './log-shelf.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';

/** Nest drops a reader with more unsent characters. Only a burst within one turn of the event loop gets near. */
export const MAX_UNREAD_CHARS = 1024 * 1024;

/** What all event streams share. */
export interface StreamParts {
  readonly keepAlive: KeepAlive;
  readonly shelf: LogShelf;
}

/** An answer's log as Server-Sent Events, from `cursor` on, kept alive while nothing is said. */
export function eventStream(
  answer: ReadableAnswer,
  response: Response,
  parts: StreamParts,
  cursor: Cursor,
): Observable<MessageEvent> {
  const { id } = answer;
  const position = answer.log.positionOf(cursor);
  // Nest keeps the Observable as long as the reader stays; it must not keep the log.
  let log: AnswerLog | undefined = answer.log;
  return new Observable((subscriber) => {
    const stream = new EventStream(id, position, response, parts, subscriber);
    if (log !== undefined) stream.read(log);
    log = undefined;
    return () => stream.end();
  });
}

/**
 * One reader. While it keeps up, it follows the log and gets each frame at once. Otherwise it leaves the log and reads on
 * from its cursor, a slice whenever its socket takes more: never more than a slice waits for it in memory.
 */
class EventStream implements LogReader, KeepAliveReader {
  #position: Cursor;
  #leaveLog: (() => void) | undefined;
  #leaveShelf: (() => void) | undefined;

  constructor(
    private readonly answerId: string,
    position: Cursor,
    private readonly response: Response,
    private readonly parts: StreamParts,
    private readonly subscriber: Subscriber<MessageEvent>,
  ) {
    this.#position = position;
  }

  /** Sends a slice, then the rest when the socket takes it. */
  read(log: AnswerLog): void {
    let room = SLICE_CHARS;
    for (const frame of log.after(this.#position)) {
      if (room <= 0) return this.#fallBehind(log);
      this.#pass(frame);
      room -= frame.data.length;
    }
    if (log.ended) this.subscriber.complete();
    else this.#follow(log);
  }

  end(): void {
    this.#unfollow();
    this.#leaveShelf?.();
    this.response.off('drain', this.#goOn);
  }

  next(frame: Frame): void {
    if (this.response.writableNeedDrain || frame.data.length > SLICE_CHARS) this.#fallBehind();
    else this.#pass(frame);
  }

  complete(): void {
    this.subscriber.complete();
  }

  keepAlive(comment: KeepAliveComment): void {
    if (!this.response.writableNeedDrain) this.subscriber.next(comment);
  }

  #pass(frame: Frame): void {
    this.#position = frame.after;
    this.subscriber.next(frame);
  }

  #fallBehind(log?: AnswerLog): void {
    this.#unfollow();
    this.#leaveShelf ??= this.parts.shelf.enter(this.answerId, log);
    setImmediate(this.#goOn);
  }

  /** Everything sent before has reached the socket by now. */
  readonly #goOn = (): void => {
    if (this.subscriber.closed) return;
    if (this.response.writableNeedDrain) this.response.once('drain', this.#goOn);
    else void this.#catchUp();
  };

  async #catchUp(): Promise<void> {
    try {
      const log = await this.parts.shelf.take(this.answerId);
      if (!this.subscriber.closed) this.read(log);
    } catch {
      // The client comes back with its cursor and gets the error then.
      this.response.destroy();
    }
  }

  #follow(log: AnswerLog): void {
    const leave = log.follow(this, this.#position);
    const unwatch = this.parts.keepAlive.watch(this, log);
    this.#leaveLog = () => {
      leave();
      unwatch();
    };
  }

  #unfollow(): void {
    this.#leaveLog?.();
    this.#leaveLog = undefined;
  }
}
