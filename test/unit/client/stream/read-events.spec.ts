import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEvents, type CursorEvent } from '../../../../client/src/stream/read-events.js';

function body(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** The bytes of `source`, cut at these places. */
function cutAt(source: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(source);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  return [0, ...places].map((start, i) => bytes.slice(start, places[i] ?? bytes.length));
}

/** What the standard makes of a whole stream, in the simplest way. */
function reference(source: string): CursorEvent[] {
  const events: CursorEvent[] = [];
  let cursor = '';
  for (const block of source.replace(/\r\n?/g, '\n').split('\n\n')) {
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === 'data') data.push(value);
      if (field === 'id') cursor = value;
    }
    if (data.length > 0) events.push({ cursor, event: JSON.parse(data.join('\n')) as CursorEvent['event'] });
  }
  return events;
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

  it('gives each event the id to continue after, which stays until the next one', async () => {
    const source = 'id: 1\ndata: {"type":"a"}\n\ndata: {"type":"b"}\n\nid: 2\n\ndata: {"type":"c"}\n\n';
    const events = await all(body(new TextEncoder().encode(source)));
    expect(events.map(({ cursor, event }) => [cursor, event.type])).toEqual([
      ['1', 'a'],
      ['1', 'b'],
      ['2', 'c'],
    ]);
  });

  it('keeps an event that is not complete to itself', async () => {
    for (const source of ['data: {"type":"a"}\n', 'data: {"type":"a"}\r', 'data: {"type":"a"}']) {
      expect(await all(body(new TextEncoder().encode(source)))).toEqual([]);
    }
  });

  it('reads any stream as the standard says, cut anywhere', async () => {
    const line = fc.constantFrom('id: 1.2.3', 'id', ': comment', 'foo: bar', 'event: x', 'retry: 5');
    const block = fc.constantFrom(['data: {"type":', 'data:"x 漢😀"}'], ['data: {"type":"whole"}'], []);
    const others = fc.array(line, { maxLength: 3 });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const blocks = fc.array(fc.tuple(others, block, others, end), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(blocks, fc.array(fc.nat(400)), fc.boolean(), async (parts, cuts, hasMark) => {
        const text = parts.map(([before, data, after, eol]) => [...before, ...data, ...after, '', ''].join(eol));
        const source = `${text.join('')}\n\n`;
        const chunks = cutAt(`${hasMark ? '\uFEFF' : ''}${source}`, cuts);
        expect(await all(body(...chunks))).toEqual(reference(source));
      }),
    );
  });

  it('gives up on an event without an end', async () => {
    const piece = new TextEncoder().encode(`data: ${'x'.repeat(1024 * 1024)}`);
    await expect(all(body(...Array.from({ length: 9 }, () => piece)))).rejects.toThrow('max buffer size');
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
