import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { expectWhole, PIECES, stream, streamed, whole } from '../../../support/markdown-streams.js';
import { outline, TreeSink, treeRoot } from '../../../support/markdown-tree.js';
import { DOCUMENTS } from './documents.js';

const CHUNK_SIZES = [1, 2, 3, 7, 13, 40, 100_000];

describe('MarkdownStream', () => {
  describe.each(Object.entries(DOCUMENTS))('shows "%s" as the parser shows the whole', (_, source) => {
    it.each(CHUNK_SIZES)('in pieces of %d characters', (size) => {
      expect(streamed(source, size)).toBe(whole(source));
    });
  });

  it('shows all documents one after the other as the parser shows the whole', () => {
    const source = Object.values(DOCUMENTS).join('\n\n');
    for (const size of [3, 17]) expect(streamed(source, size)).toBe(whole(source));
  });

  it('shows any mixture of Markdown, cut anywhere, as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const source = pieces.join('');
        expectWhole(source, size);
      }),
      { numRuns: 400 },
    );
  });

  it('goes on with a long table in part after part, and loses no row', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `| ${i} | **${i * i}** |\n`).join('');
    const source = `|a|b|\n|-|-|\n${rows}\nafter`;
    for (const size of CHUNK_SIZES) {
      const parts = streamed(source, size, 5).split('</tbody><tbody>');
      if (size < source.length) expect(parts.length).toBeGreaterThan(3);
      expect(parts.join('')).toBe(whole(source));
    }
  });

  it('shows code in fences that are indented as the parser shows the whole', () => {
    const line = fc.constantFrom(
      'a',
      ' a',
      '  a b',
      '   a',
      '    a',
      '\ta',
      ' \ta',
      '',
      ' ',
      '   ',
      '\t',
      '``',
      ' ```',
      '~~~',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('', '- b\n', '- b\n  ', '> '),
        fc.constantFrom('', ' ', '  ', '   '),
        fc.constantFrom('```', '```js', '~~~', '````'),
        fc.array(line, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (before, indent, fence, lines, size) => {
          const source = before + [fence, ...lines].map((text) => indent + text).join('\n');
          expectWhole(source, size);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells where a link leads while it is being written, as soon as its address is there', () => {
    const root = treeRoot();
    const markdown = new MarkdownStream(new TreeSink(), root);
    const shownAfter = (more: string): string => {
      markdown.append(more);
      markdown.paint();
      return outline(root);
    };
    expect(shownAfter('Go to [bank.com](https://evil.exam')).not.toContain('<a>');
    expect(shownAfter('ple/x)')).toBe('<p>Go to <a>bank.com</a><small> (evil.example)</small></p>');
    expect(shownAfter(' and on')).toBe('<p>Go to <a>bank.com</a><small> (evil.example)</small> and on</p>');
  });

  it.each(['- item\n    > 2. a~~~\nb', '- item\n    > 2. a~~~\nb\n\nAnd **on**.'])(
    'shows %j, over which the parser stumbles',
    (source) => {
      expect(() => whole(source)).toThrow();
      expect(streamed(source, 1)).toBe(streamed(source, 100));
      expect(streamed(source, 1)).toMatch(/item.*2\. a~~~\s?b/s);
    },
  );

  it('parses and builds in proportion to the length, not to its square', () => {
    const block = Object.values(DOCUMENTS)
      .filter((source) => !source.includes(']: '))
      .join('\n\n');
    const nodes = (times: number): number => {
      const sink = new TreeSink();
      stream(sink, `${block}\n\n`.repeat(times), 13);
      return sink.created;
    };
    expect(nodes(6)).toBeLessThan(nodes(2) * 4);
  });

  it('never takes back a finished list item, row or line of code', () => {
    const list = Array.from({ length: 300 }, (_, i) => `- item ${i}\n`).join('');
    const table = `| a | b |\n|---|---|\n${Array.from({ length: 300 }, (_, i) => `| ${i} | x |\n`).join('')}`;
    for (const [source, perLine] of [
      [list, 2],
      [table, 5],
    ] as const) {
      const sink = new TreeSink();
      stream(sink, source, 5);
      expect(sink.created).toBeLessThan(300 * perLine * 2);
    }
  });
});
