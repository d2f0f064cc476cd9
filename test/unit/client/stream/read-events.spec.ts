import { describe, expect, it } from '@jest/globals';
import { readEvents, type CursorEvent } from '../../../../client/src/stream/read-events.js';

function body(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function all(stream: ReadableStream<Uint8Array>): Promise<CursorEvent[]> {
  const events: CursorEvent[] = [];
  for await (const batch of readEvents(stream)) events.push(...batch);
  return events;
}

describe('readEvents', () => {
  it('puts characters together that were cut in the middle of their bytes', async () => {
    const bytes = new TextEncoder().encode('id: 0.2.0\ndata: {"type":"delta","content":"漢😀"}\n\n');
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await all(body(...chunks))).toEqual([{ cursor: '0.2.0', event: { type: 'delta', content: '漢😀' } }]);
  });

  it('passes over what is no event of ours', async () => {
    const source = 'data: [DONE]\n\ndata: null\n\ndata: 1\n\ndata: {"type":"delta","content":"a"}\n\n';
    const events = await all(body(new TextEncoder().encode(source)));
    expect(events.map(({ event }) => event)).toEqual([{ type: 'delta', content: 'a' }]);
  });

  it('takes a connection for dead that is silent for too long, and lets go of it', async () => {
    let cancelled = false;
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await expect(readEvents(silent, { silenceMs: 20 }).next()).rejects.toThrow('silent');
    expect(cancelled).toBe(true);
  });

  it('lets go of a connection at once that is said to be dead, before it is read or while it is', async () => {
    const silent = (): ReadableStream<Uint8Array> => new ReadableStream();
    const before = readEvents(silent(), { dead: AbortSignal.abort() });
    await expect(before.next()).rejects.toThrow();
    const dying = new AbortController();
    const next = readEvents(silent(), { dead: dying.signal }).next();
    dying.abort();
    await expect(next).rejects.toThrow();
  });
});
