/**
 * A position in an answer, after an event: UTF-16 units of reasoning and of text, and the number of the last other
 * event. It does not depend on how the text was cut into deltas, so any process that has the text can go on from it.
 */
export interface Cursor {
  readonly reasoning: number;
  readonly text: number;
  readonly events: number;
}

export const START: Cursor = { reasoning: 0, text: 0, events: 0 };

/**
 * The closing events (`error`, `usage`, `done`) are numbered from here, whatever came before: a `provider` event that
 * a reader saw but a crash kept from the store must not make the reader miss how the answer ended.
 */
export const CLOSING_EVENTS_FROM = 1_000;

/** A crash gives an answer other closing events than its readers may have seen before it: they have other numbers. */
export const CLOSING_EVENTS_AFTER_CRASH_FROM = 2_000;

const SHAPE = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/;

/** Undefined where `value` does not have the shape of a cursor. */
export function parseCursor(value: string): Cursor | undefined {
  const match = SHAPE.exec(value);
  if (match === null) return undefined;
  return { reasoning: Number(match[1]), text: Number(match[2]), events: Number(match[3]) };
}

export function formatCursor(cursor: Cursor): string {
  return `${cursor.reasoning}.${cursor.text}.${cursor.events}`;
}
