import type { AnswerEvent } from '../../../src/wire/answer-event.js';
import { SseParser } from './sse-parser.js';

/** An event of an answer with the cursor after it. */
export interface CursorEvent {
  readonly cursor: string;
  readonly event: AnswerEvent;
}

/** The server comments at least every 15 s, so a connection this silent is dead though no one said so. */
const SILENCE_MS = 45_000;

/**
 * Reads a response body to its end and yields the events of each network chunk together. Rejects where the connection
 * breaks, where it is silent for `silenceMs`, and where `dead` says that it has no end.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  { silenceMs = SILENCE_MS, dead }: { silenceMs?: number; dead?: AbortSignal } = {},
): AsyncGenerator<CursorEvent[], void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, silenceMs, dead);
      if (done) return;
      const events = parser.feed(decoder.decode(value, { stream: true })).flatMap(toAnswerEvent);
      if (events.length > 0) yield events;
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

/** Events that are not JSON objects with a type are not ours; a reader ignores what it does not know. */
function toAnswerEvent({ id, data }: { id: string; data: string }): CursorEvent[] {
  try {
    const event = JSON.parse(data) as AnswerEvent | null;
    return typeof event?.type === 'string' ? [{ cursor: id, event }] : [];
  } catch {
    return [];
  }
}
