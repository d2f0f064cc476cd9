import { createParser } from 'eventsource-parser';
import type { AnswerEvent } from '../../../src/wire/answer-event.js';

/** An event of an answer with the cursor after it. */
export interface CursorEvent {
  readonly cursor: string;
  readonly event: AnswerEvent;
}

/** The server comments at least every 15 s, so a connection this silent is dead. */
const SILENCE_MS = 45_000;
/** No event of an answer is nearly as long. */
const MAX_EVENT_CHARS = 8 * 1024 * 1024;

/**
 * Reads a response body to its end and yields the events of each network chunk together. Rejects where the connection
 * breaks, where it is silent for `silenceMs`, where an event has no end, and when `dead` aborts.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  { silenceMs = SILENCE_MS, dead }: { silenceMs?: number; dead?: AbortSignal } = {},
): AsyncGenerator<CursorEvent[], void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let cursor = '';
  let events: CursorEvent[] = [];
  const parser = createParser({
    onId: (id) => (cursor = id),
    onEvent: ({ data }) => {
      const event = answerEvent(data);
      if (event) events.push({ cursor, event });
    },
    onError: (error) => {
      // The other kinds are fields that readers ignore.
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
    maxBufferSize: MAX_EVENT_CHARS,
  });
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, silenceMs, dead);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (events.length > 0) yield events;
      events = [];
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
  dead: AbortSignal | undefined,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let giveUp: () => void = () => undefined;
  const silence = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error('The connection went silent'));
  });
  const timer = setTimeout(giveUp, silenceMs);
  dead?.addEventListener('abort', giveUp);
  if (dead?.aborted) giveUp();
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
    dead?.removeEventListener('abort', giveUp);
  }
}

/** Undefined where the data is no JSON object with a type: readers ignore what they do not know. */
function answerEvent(data: string): AnswerEvent | undefined {
  try {
    const event = JSON.parse(data) as AnswerEvent | null;
    return typeof event?.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
