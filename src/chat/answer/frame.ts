import type { AnswerEvent, DeltaEvent, ReasoningEvent } from '../../wire/answer-event.js';
import { formatCursor, type Cursor } from './cursor.js';

/** The two channels of an answer's text. */
export type Channel = 'text' | 'reasoning';

/** One Server-Sent Event, encoded once for all readers: its cursor and its finished JSON. */
export interface Frame {
  readonly id: string;
  readonly data: string;
  /** The content of `data`, for readers that send it in another format. */
  readonly said: Said;
  /** The cursor in `id`. */
  readonly after: Cursor;
}

/** New text of a channel as a JSON string, as in `data`, or another event. */
export type Said = { readonly type: 'delta' | 'reasoning'; readonly json: string } | OtherEvent;

export type OtherEvent = Exclude<AnswerEvent, DeltaEvent | ReasoningEvent>;

const EVENT_TYPE: Readonly<Record<Channel, 'delta' | 'reasoning'>> = { text: 'delta', reasoning: 'reasoning' };

/** @param after the cursor behind `text` */
export function textFrame(channel: Channel, text: string, after: Cursor): Frame {
  const type = EVENT_TYPE[channel];
  const json = JSON.stringify(text);
  return { id: formatCursor(after), data: `{"type":"${type}","content":${json}}`, said: { type, json }, after };
}

/** @param after the cursor behind `event` */
export function eventFrame(event: OtherEvent, after: Cursor): Frame {
  return { id: formatCursor(after), data: JSON.stringify(event), said: event, after };
}
