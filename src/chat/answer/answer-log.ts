import type { AnswerEvent, DoneEvent, ErrorEvent, UsageEvent } from '../../wire/answer-event.js';
import { CLOSING_EVENTS_FROM, formatCursor, START, type Cursor } from './cursor.js';

/** One Server-Sent Event, encoded once for all readers: its cursor and its finished JSON. */
export interface Frame {
  readonly id: string;
  readonly data: string;
}

export interface LogReader {
  next(frame: Frame): void;
  /** Nothing follows. */
  complete(): void;
}

export type Channel = 'text' | 'reasoning';

interface Piece {
  readonly channel: Channel;
  text: string;
}

/** What readers got, in order: a stretch of one channel, or another event. */
type Run =
  | { readonly channel: Channel; readonly from: number; to: number }
  | { readonly channel: 'events'; readonly event: AnswerEvent; readonly to: number };

const EVENT_TYPE: Readonly<Record<Channel, string>> = { text: 'delta', reasoning: 'reasoning' };

/**
 * Everything said in one answer, in order. It is written once and read by many: a reader gets what is behind its
 * cursor, then each new frame. Text waits for {@link flush}, so that a fast provider's tokens share a frame.
 */
export class AnswerLog {
  text = '';
  reasoning = '';
  /** Among the closing events, if any provider began to answer. */
  usage: UsageEvent | undefined;
  /** Monotonic time of the last frame; readers of a silent log get keep-alive comments. */
  lastFrameAt = performance.now();
  readonly readers = new Set<LogReader>();
  readonly #runs: Run[] = [];
  // Text is sent from these pieces: slicing `text` would flatten the whole string at every frame.
  #pending: Piece[] = [];
  #cursor: Cursor = START;
  #ended = false;

  /** @param closingFrom the number of the first closing event */
  constructor(private readonly closingFrom = CLOSING_EVENTS_FROM) {}

  /** Whether readers got any text or reasoning yet. */
  get spoke(): boolean {
    return this.#cursor.text > 0 || this.#cursor.reasoning > 0;
  }

  /** UTF-16 units of text and reasoning together. */
  get length(): number {
    return this.text.length + this.reasoning.length;
  }

  /** Readers get it at the next {@link flush}. `text` is not empty and never ends inside a surrogate pair. */
  append(channel: Channel, text: string): void {
    this[channel] += text;
    const last = this.#pending.at(-1);
    if (last?.channel === channel) last.text += text;
    else this.#pending.push({ channel, text });
  }

  flush(): void {
    const pieces = this.#pending;
    if (pieces.length === 0) return;
    this.#pending = [];
    for (const { channel, text } of pieces) {
      const from = this.#cursor[channel];
      const to = from + text.length;
      const last = this.#runs.at(-1);
      if (last?.channel === channel) last.to = to;
      else this.#runs.push({ channel, from, to });
      this.#cursor = { ...this.#cursor, [channel]: to };
      this.#send(textFrame(channel, text, this.#cursor));
    }
  }

  /** A `provider` event; readers get it at once. */
  event(event: AnswerEvent): void {
    this.#number(event, this.#cursor.events + 1);
  }

  /** The last events; `done` ends the log for all readers. */
  close(...events: (ErrorEvent | UsageEvent | DoneEvent)[]): void {
    for (const event of events) {
      if (event.type === 'usage') this.usage = event;
      this.#number(event, Math.max(this.#cursor.events + 1, this.closingFrom));
    }
    if (events.at(-1)?.type !== 'done') return;
    this.#ended = true;
    for (const reader of this.readers) reader.complete();
    this.readers.clear();
  }

  /** Gives `reader` all that comes after `cursor`, now and later; returns how to leave. */
  attach(reader: LogReader, cursor: Cursor = START): () => void {
    this.flush();
    for (const frame of this.#after(this.#within(cursor))) reader.next(frame);
    if (this.#ended) {
      reader.complete();
      return () => undefined;
    }
    const listener = this.#isBeyond(cursor) ? this.#closingOnly(reader) : reader;
    this.readers.add(listener);
    return () => this.readers.delete(listener);
  }

  #number(event: AnswerEvent, number: number): void {
    this.flush();
    this.#cursor = { ...this.#cursor, events: number };
    this.#runs.push({ channel: 'events', event, to: number });
    this.#send({ id: formatCursor(this.#cursor), data: JSON.stringify(event) });
  }

  #send(frame: Frame): void {
    this.lastFrameAt = performance.now();
    for (const reader of this.readers) reader.next(frame);
  }

  /**
   * A cursor beyond the end is of a reader that knows more than was stored before a crash: it gets the closing events.
   * That of `done` gives `done` again.
   */
  #within(cursor: Cursor): Cursor {
    const end = this.#cursor;
    if (this.#isBeyond(cursor)) return { ...end, events: Math.min(end.events, this.closingFrom - 1) };
    if (this.#ended && cursor.events === end.events) return { ...end, events: end.events - 1 };
    return cursor;
  }

  #isBeyond({ reasoning, text, events }: Cursor): boolean {
    const end = this.#cursor;
    return text > end.text || reasoning > end.reasoning || events > end.events;
  }

  #closingOnly(reader: LogReader): LogReader {
    return {
      next: (frame) => {
        if (this.#cursor.events >= CLOSING_EVENTS_FROM) reader.next(frame);
      },
      complete: () => reader.complete(),
    };
  }

  *#after(cursor: Cursor): Generator<Frame> {
    const at = { ...cursor };
    // Each channel by itself: the store keeps no order between an attempt's reasoning and its text, so a cursor from
    // before a restart may have read on in one and not in the other.
    for (const run of this.#runs) {
      if (run.to <= cursor[run.channel]) continue;
      const from = at[run.channel];
      at[run.channel] = run.to;
      if (run.channel === 'events') yield { id: formatCursor(at), data: JSON.stringify(run.event) };
      else yield textFrame(run.channel, this[run.channel].slice(Math.max(from, run.from), run.to), at);
    }
  }
}

function textFrame(channel: Channel, text: string, after: Cursor): Frame {
  return { id: formatCursor(after), data: `{"type":"${EVENT_TYPE[channel]}","content":${JSON.stringify(text)}}` };
}
