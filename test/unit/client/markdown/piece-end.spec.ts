import { describe, expect, it } from '@jest/globals';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { pieceEnd } from '../../../../client/src/markdown/piece-end.js';
import { whole } from '../../../support/markdown-streams.js';
import { outline, TreeSink, treeRoot } from '../../../support/markdown-tree.js';

const PAINT_CHARS = 3_000;
/** Elements and texts that one paint may create. */
const MOST_CREATED = 200;

const FENCES = {
  'empty code blocks': '```\n'.repeat(2_000),
  'empty code blocks of another kind': '~~~\n'.repeat(2_000),
  'empty code blocks in a quotation': '> ```\n'.repeat(2_000),
  'indented code blocks': '    a\n\nb\n\n'.repeat(500),
  'code blocks with little in them': '```a\nb\n```\n'.repeat(700),
};
const DEEP_LIST = Array.from({ length: 40 }, (_, i) => `${' '.repeat(i * 2)}- a\n`).join('');

function show(source: string): { most: number; pieces: number; shown: string } {
  const sink = new TreeSink();
  const root = treeRoot();
  const markdown = new MarkdownStream(sink, root);
  let most = 0;
  let pieces = 0;
  const count = <T>(paint: () => T): T => {
    const before = sink.created;
    const result = paint();
    most = Math.max(most, sink.created - before);
    pieces += 1;
    return result;
  };
  for (let from = 0; from < source.length;) {
    const end = pieceEnd(source, from, PAINT_CHARS);
    count(() => {
      markdown.append(source.slice(from, end));
      markdown.paint();
    });
    from = end;
  }
  while (count(() => markdown.finish()));
  return { most, pieces, shown: outline(root) };
}

describe('the piece of a text that goes into one paint', () => {
  it.each(Object.entries(FENCES))('makes few blocks, and all are shown: %s', (_, source) => {
    const { most, shown } = show(source);
    expect(most).toBeLessThan(MOST_CREATED);
    expect(shown.match(/<pre>/g)).toHaveLength(whole(source).match(/<pre>/g)?.length ?? 0);
  });

  it('makes few blocks also where the text is read a second time for its definitions', () => {
    const { most } = show(`${'```\n'.repeat(2_000)}\n[a]: https://e.org/\n`);
    expect(most).toBeLessThan(MOST_CREATED);
  });

  it('has few items of lists that are deep within others', () => {
    const { pieces, shown } = show(DEEP_LIST);
    expect(pieces).toBeGreaterThan(4);
    expect(shown.match(/<li>/g)).toHaveLength(40);
  });

  it('is as long as it may be where nothing in it is costly', () => {
    const source = 'some plain words, `code` and - a dash\n'.repeat(200);
    expect(pieceEnd(source, 0, PAINT_CHARS)).toBe(PAINT_CHARS);
    expect(pieceEnd(source, source.length - 5, PAINT_CHARS)).toBe(source.length);
  });
});
