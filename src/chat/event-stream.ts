import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { AnswerLog } from './answer/answer-log.js';
import type { Cursor } from './answer/cursor.js';
import type { FrameTicker } from './answer/frame-ticker.js';

/** A reader that leaves this much unread is dropped; it can come back with its cursor. Whole answers fit. In characters. */
export const MAX_UNREAD_CHARS = 8 * 1024 * 1024;

/** An answer's log as Server-Sent Events, from `cursor` on, kept alive while nothing is said. */
export function eventStream(log: AnswerLog, ticker: FrameTicker, cursor?: Cursor): Observable<MessageEvent> {
  return new Observable((subscriber) => {
    const unwatch = ticker.watch({ keepAlive: (comment) => subscriber.next(comment) }, log);
    subscriber.add(unwatch);
    subscriber.add(
      log.attach({ next: (frame) => subscriber.next(frame), complete: () => subscriber.complete() }, cursor),
    );
  });
}
