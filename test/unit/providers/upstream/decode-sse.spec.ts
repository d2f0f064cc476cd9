import { describe, expect, it } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { SseDecoder, type SseEvent } from '../../../../src/providers/upstream/decode-sse.js';

function decode(bytes: Buffer, cuts: readonly number[] = []): SseEvent[] {
  const decoder = new SseDecoder();
  const events: SseEvent[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    events.push(...decoder.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...events, ...decoder.end()];
}

/** eventsource-parser over the whole text at once. */
function reference(bytes: Buffer): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = createParser({ onEvent: ({ event = '', data }) => events.push({ event, data }) });
  parser.feed(new TextDecoder().decode(bytes));
  return events;
}

const line = fc.oneof(
  fc.constantFrom(
    'data: {"a":1}',
    'data:x',
    'data',
    'data:',
    'data:  two',
    'event: error',
    'event:',
    ': ping',
    'id: 7',
    'retry: 9',
  ),
  fc.constantFrom('datax: no', ' data: no', 'unknown', 'data: é漢𝒜😀', 'data: a:b', '\u0000', 'data: \uFEFF'),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/^error(:|$)/.test(text) && !/[\r\n]/.test(text)),
);
const lineEnd = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n');
const stream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, lineEnd), { maxLength: 20 }))
  .map(([bom, lines]) => Buffer.from((bom ? '\uFEFF' : '') + lines.map((parts) => parts.join('')).join('') + '\n\n'));

describe('SseDecoder', () => {
  it('decodes any stream, cut anywhere, as eventsource-parser does the whole', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (bytes, numbers) => {
        const cuts = numbers.map((number) => number % (bytes.length + 1)).sort((a, b) => a - b);
        expect(decode(bytes, cuts)).toEqual(reference(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('decodes byte by byte, inside UTF-8 sequences and between CR and LF', () => {
    const bytes = Buffer.from('\uFEFFdata: é漢😀\r\n\r\ndata: b\r\rdata: c\n\n');
    expect(decode(bytes, [...bytes.keys()]).map(({ data }) => data)).toEqual(['é漢😀', 'b', 'c']);
  });

  it('replaces bytes that are not UTF-8 by U+FFFD', () => {
    expect(decode(Buffer.from([...Buffer.from('data: a'), 0xff, 0x0a, 0x0a]))).toEqual([
      { event: '', data: 'a\uFFFD' },
    ]);
  });

  it.each(['data: last', 'data: last\n', 'data: last\r\n'])('delivers %j at the end of the stream', (text) => {
    expect(decode(Buffer.from(text))).toEqual([{ event: '', data: 'last' }]);
  });

  it('reads a field named error as an event of that type, cut anywhere', () => {
    const bytes = Buffer.from('data: 1\n\nerror: {"code":500}\n\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decode(bytes, [cut])).toEqual([
        { event: '', data: '1' },
        { event: 'error', data: '{"code":500}' },
      ]);
    }
  });

  it('passes a line of 5 MB in many reads, in time proportional to its length', () => {
    const long = 'x'.repeat(5_000_000);
    const bytes = Buffer.from(`data: ${long}\n\n`);
    const cuts = Array.from({ length: Math.floor(bytes.length / 1_000) }, (_, i) => i * 1_000);
    const startedAt = performance.now();
    expect(decode(bytes, cuts)[0]?.data === long).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it.each([
    ['a line', (decoder: SseDecoder) => decoder.push(Buffer.alloc(1024 * 1024, 'x'))],
    ['an event', (decoder: SseDecoder) => decoder.push(Buffer.from(`data: ${'x'.repeat(1024 * 1024)}\n`))],
  ])('refuses %s without end', (_, feed) => {
    const decoder = new SseDecoder();
    expect(() => {
      for (let i = 0; i < 10; i++) feed(decoder);
    }).toThrow(expect.objectContaining({ kind: 'protocol', code: 'provider_bad_response' }));
  });
});
