import { describe, expect, it } from '@jest/globals';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { SseParser, type SseEvent } from '../../../../client/src/stream/sse-parser.js';

function parse(...pieces: string[]): SseEvent[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.feed(piece));
}

describe('SseParser', () => {
  it('gives each event its data and the id to continue after', () => {
    expect(parse('id: 0.5.1\ndata: {"a":1}\n\nid: 0.9.1\ndata: {"a":2}\n\n')).toEqual([
      { id: '0.5.1', data: '{"a":1}' },
      { id: '0.9.1', data: '{"a":2}' },
    ]);
  });

  it('ignores comments, unknown fields and the byte order mark', () => {
    expect(parse('\uFEFF: keep-alive\n\n', 'retry: 5\nevent: x\ndata:no space\n\n')).toEqual([
      { id: '', data: 'no space' },
    ]);
  });

  it('keeps an event that is not complete to itself', () => {
    expect(parse('data: a\n')).toEqual([]);
    expect(parse('data: a\r')).toEqual([]);
  });

  it('agrees with eventsource-parser on any stream, cut anywhere', () => {
    const line = fc.constantFrom(
      'data: x',
      'data:y z',
      'data',
      'id: 1.2.3',
      'id',
      ': comment',
      '',
      'foo: bar',
      'data: 漢😀',
    );
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end), { maxLength: 30 }), fc.array(fc.nat(200)), (lines, cuts) => {
        const source = `${lines.map((pair) => pair.join('')).join('')}\n\n`;
        expect(parse(...cutAt(source, cuts)).map(({ data }) => data)).toEqual(reference(source));
      }),
    );
  });

  it('gives the same events however the stream was cut', () => {
    const source = 'id: 1\r\ndata: a\r\rdata: b\ndata: c\n\n: x\n\nid: 2\ndata: d\r\n\r\n';
    const whole = parse(source);
    expect(whole.map(({ data }) => data)).toEqual(['a', 'b\nc', 'd']);
    fc.assert(fc.property(fc.array(fc.nat(60)), (cuts) => expect(parse(...cutAt(source, cuts))).toEqual(whole)));
  });
});

function cutAt(source: string, cuts: number[]): string[] {
  const sorted = [...new Set(cuts.filter((cut) => cut < source.length))].sort((a, b) => a - b);
  return [0, ...sorted].map((start, i) => source.slice(start, sorted[i] ?? source.length));
}

function reference(source: string): string[] {
  const messages: EventSourceMessage[] = [];
  createParser({ onEvent: (message) => messages.push(message) }).feed(source);
  return messages.map(({ data }) => data);
}
