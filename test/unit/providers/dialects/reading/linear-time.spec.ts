import { describe, expect, it } from '@jest/globals';
import { PASS_ALL } from '../../../../../src/providers/dialects/continuation/text-filter.js';
import { CompletionReader } from '../../../../../src/providers/dialects/reading/completion-reader.js';

const SMALL = 15_000;
const TIMES_LARGER = 4;
/** Linear is 4 times; quadratic is 16 times. */
const MOST_TIMES_SLOWER = 9;
/** A run shorter than this says nothing of how time grows. */
const LEAST_MS = 30;

type Delta = Readonly<Record<string, unknown>>;

function event(delta: Delta, finish: string | null = null): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
}

function repeated(count: number, piece: Buffer, ...before: Buffer[]): Buffer[] {
  return [...before, ...Array<Buffer>(count).fill(piece)];
}

const args = (text: string, more: object = {}): Delta => ({
  tool_calls: [{ index: 0, function: { arguments: text, ...more } }],
});

/** A response of so many small pieces, each of which is one read. */
const SHAPES: readonly [string, (count: number) => Buffer[]][] = [
  [
    'white space after thinking',
    (n) => repeated(n, event({ content: '\n \n ' }), event({ content: '<think>x</think>' })),
  ],
  ['white space before the answer', (n) => repeated(n, event({ content: '    ' }))],
  ['closing tags that never close', (n) => repeated(n, event({ content: '</th' }), event({ content: '<think>' }))],
  [
    'halves of surrogate pairs',
    (n) => repeated(n, Buffer.from('data: {"choices":[{"delta":{"content":"\\ud83c"}}]}\n\n')),
  ],
  ['arguments of a tool call', (n) => repeated(n, event(args('abcd')), event(args('', { name: 'tide' })))],
  ['arguments before a name', (n) => repeated(n, event(args('abcd')))],
  ['a finish reason on every chunk', (n) => repeated(n, event({ content: 'abcd' }, 'stop'))],
  ['lines of one event', (n) => repeated(n, Buffer.from('data: 1\n'))],
  ['one line, a byte at a time', (n) => repeated(4 * n, Buffer.from('x'), Buffer.from('data: "'))],
  ['one JSON answer, a byte at a time', (n) => repeated(4 * n, Buffer.from(' '), Buffer.from('{'))],
];

/** CPU time that reading takes. */
function cpuMs(reads: readonly Buffer[]): number {
  const reader = new CompletionReader(PASS_ALL, { toolCalls: true });
  const before = process.cpuUsage();
  for (const bytes of reads) reader.push([bytes]);
  reader.end();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('reading takes time that grows with the length only', () => {
  it.each(SHAPES)('%s', (_, make) => {
    cpuMs(make(SMALL / 4));
    const small = cpuMs(make(SMALL));
    const large = cpuMs(make(SMALL * TIMES_LARGER));
    expect(large).toBeLessThan(MOST_TIMES_SLOWER * Math.max(small, LEAST_MS));
  });
});

describe('white space after thinking', () => {
  it('is passed on when it has no end', () => {
    const reader = new CompletionReader(PASS_ALL);
    const parts = repeated(1_000, event({ content: '    ' }), event({ content: '<think>x</think>' })).flatMap((bytes) =>
      reader.push([bytes]),
    );
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    expect(text.length).toBeGreaterThan(3_000);
  });
});
