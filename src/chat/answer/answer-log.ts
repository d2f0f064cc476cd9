import type { ToolCall, ToolCallPart } from '../../providers/completion.js';
import type { DoneEvent, ErrorEvent, ToolCallEvent, UsageEvent } from '../../wire/answer-event.js';
import { CLOSING_EVENTS_FROM, START, type Cursor } from './cursor.js';
import { eventFrame, textFrame, type Channel, type Frame, type OtherEvent } from './frame.js';
import { LogReaders, type LogReader } from './log-readers.js';

/** Text is read back in frames of at most so many UTF-16 units. */
export const SLICE_CHARS = 64 * 1024;

type Piece = { readonly channel: Channel; text: string } | { readonly channel: 'calls'; readonly event: ToolCallEvent };

/** What readers got, in order: a stretch of one channel, or another event. */
type Run =
  | { readonly channel: Channel; readonly from: number; to: number }
  | { readonly channel: 'events'; readonly event: OtherEvent; readonly to: number };

/**
 * Everything said in one answer, in order. It is written once and read by many: a reader takes what is behind its
 * cursor, then follows each new frame. Text waits for {@link flush}, so that a fast provider's tokens share a frame.
 */
export class AnswerLog {
  text = '';
  reasoning = '';
  readonly toolCalls: ToolCall[] = [];
  /** Among the closing events, if any provider began to answer. */
  usage: UsageEvent | undefined;
  /** Among the closing events, if the answer could not be completed. */
  error: ErrorEvent | undefined;
  /** Monotonic time of the last frame; readers of a silent log get keep-alive comments. */
  lastFrameAt = performance.now();
  readonly #readers = new LogReaders();
  readonly #runs: Run[] = [];
  // Text is sent from these pieces: slicing `text` would flatten the whole string at every frame.
  #pending: Piece[] = [];
  #cursor: Cursor = START;
  #ended = false;
  #callChars = 0;

  /** @param closingFrom the number of the first closing event */
  constructor(private readonly closingFrom = CLOSING_EVENTS_FROM) {}

  /** Whether `done` is in it: nothing follows. */
  get ended(): boolean {
    return this.#ended;
  }

  get calledTools(): boolean {
    return this.toolCalls.length > 0;
  }

  /** UTF-16 units of text, reasoning and tool calls together. */
  get length(): number {
    return this.text.length + this.reasoning.length + this.#callChars;
  }

  /** Readers get it at the next {@link flush}. `text` is not empty and never ends inside a surrogate pair. */
  append(channel: Channel, text: string): void {
    this[channel] += text;
    const last = this.#pending.at(-1);
    if (last?.channel === channel) last.text += text;
    else this.#pending.push({ channel, text });
  }

  /** Readers get it at the next {@link flush}, after the text before it. */
  toolCall({ index, id, name, arguments: said }: ToolCallPart): void {
    this.#callChars += said.length + (name?.length ?? 0);
    const known = this.toolCalls[index];
    if (known === undefined) this.toolCalls[index] = { id: id ?? '', name: name ?? '', arguments: said };
    else known.arguments += said;
    const last = this.#pending.at(-1);
    if (last?.channel === 'calls' && last.event.index === index) last.event.arguments += said;
    else {
      const opening = { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
      this.#pending.push({ channel: 'calls', event: { type: 'tool_call', index, ...opening, arguments: said } });
    }
  }

  flush(): void {
    const pieces = this.#pending;
    if (pieces.length === 0) return;
    this.#pending = [];
    for (const piece of pieces) {
      if (piece.channel === 'calls') {
        this.#number(piece.event, this.#cursor.events + 1);
        continue;
      }
      const { channel, text } = piece;
      const from = this.#cursor[channel];
      const to = from + text.length;
      const last = this.#runs.at(-1);
      if (last?.channel === channel) last.to = to;
      else this.#runs.push({ channel, from, to });
      this.#cursor = { ...this.#cursor, [channel]: to };
      if (this.#readers.size > 0) this.#send(textFrame(channel, text, this.#cursor));
    }
  }

  /** A `provider` event; readers get it at once. */
  event(event: OtherEvent): void {
    this.#number(event, this.#cursor.events + 1);
  }

  /** The last events; `done` ends the log for all readers. */
  close(...events: (ErrorEvent | UsageEvent | DoneEvent)[]): void {
    for (const event of events) {
      if (event.type === 'usage') this.usage = event;
      if (event.type === 'error') this.error = event;
      this.#number(event, Math.max(this.#cursor.events + 1, this.closingFrom));
    }
    if (events.at(-1)?.type !== 'done') return;
    this.#ended = true;
    this.#readers.complete();
  }

  /**
   * Where a reader with this cursor begins. One beyond the end is of a reader that knows more than was stored before a
   * crash: it gets the closing events, now or once they come. That of `done` gives `done` again.
   */
  positionOf(cursor: Cursor): Cursor {
    if (this.#isBeyond(cursor)) return { reasoning: Infinity, text: Infinity, events: this.closingFrom - 1 };
    const { events } = this.#cursor;
    return this.#ended && cursor.events === events ? { ...cursor, events: events - 1 } : cursor;
  }

  /** What comes behind a position, in frames of at most {@link SLICE_CHARS}. To be read at once, for as long as is needed. */
  *after(position: Cursor): Generator<Frame, void, undefined> {
    this.flush();
    const { reasoning, text } = this.#cursor;
    const at = { ...position, reasoning: Math.min(position.reasoning, reasoning), text: Math.min(position.text, text) };
    // Each channel by itself: the store keeps no order between an attempt's reasoning and its text, so a cursor from
    // before a restart may have read on in one and not in the other.
    for (const run of this.#runs) {
      if (run.to <= position[run.channel]) continue;
      if (run.channel === 'events') {
        at.events = run.to;
        yield eventFrame(run.event, { ...at });
        continue;
      }
      for (let from = Math.max(at[run.channel], run.from); from < run.to; from = at[run.channel]) {
        at[run.channel] = sliceEnd(this[run.channel], from, run.to);
        yield textFrame(run.channel, this[run.channel].slice(from, at[run.channel]), { ...at });
      }
    }
  }

  /** Gives `reader`, who has read everything from `position` on until now, each new frame; returns how to leave. */
  follow(reader: LogReader, position: Cursor): () => void {
    return this.#readers.add(this.#isBeyond(position) ? this.#closingOnly(reader) : reader);
  }

  #number(event: OtherEvent, number: number): void {
    this.flush();
    this.#cursor = { ...this.#cursor, events: number };
    this.#runs.push({ channel: 'events', event, to: number });
    if (this.#readers.size > 0) this.#send(eventFrame(event, this.#cursor));
  }

  #send(frame: Frame): void {
    this.lastFrameAt = performance.now();
    this.#readers.next(frame);
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
}

/** Never inside a surrogate pair. */
function sliceEnd(text: string, from: number, to: number): number {
  const end = from + SLICE_CHARS;
  if (end >= to) return to;
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
