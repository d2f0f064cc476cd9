import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Marked } from 'marked';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
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
        expect(streamed(source, size)).toBe(whole(source));
      }),
      { numRuns: 400 },
    );
  });

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

const PIECES = [
  ...[
    'a',
    'word ',
    ' ',
    '\n',
    '\n\n',
    '- ',
    '1. ',
    '2. ',
    '* ',
    '  ',
    '    ',
    '> ',
    '# ',
    '**',
    '*',
    '_',
    '`',
    '```\n',
    '```js\n',
  ],
  ...[
    '~~~\n',
    '| a | b |\n',
    '|---|---|\n',
    '| 1 | 2 |\n',
    '---\n',
    '===\n',
    '<div>',
    '<br>',
    '[x](https://e.org)',
    '[',
    ']',
    '\\',
    '&amp;',
  ],
  ...[
    '- item\n',
    '- item\n',
    '1. step\n',
    '   more\n',
    '\n\n   more\n',
    '- [ ] todo\n',
    'text\n',
    '漢字',
    '😀',
    '\r\n',
  ],
];

function stream(sink: TreeSink, source: string, size: number): string {
  const root = treeRoot();
  const markdown = new MarkdownStream(sink, root);
  for (let i = 0; i < source.length; i += size) {
    markdown.append(source.slice(i, i + size));
    markdown.paint();
  }
  markdown.finish();
  return outline(root);
}

function streamed(source: string, size: number): string {
  return plain(stream(new TreeSink(), source, size));
}

/** What marked itself makes of the source, with Rondo's rules: HTML is text, and an address that is none is no link. */
function whole(source: string): string {
  const marked = new Marked();
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  marked.use({
    renderer: {
      link({ href, tokens, text, autolink }) {
        if (URL.canParse(href)) return false;
        return autolink ? escape(text) : this.parser.parseInline(tokens);
      },
      html: (token) =>
        'block' in token && token.block
          ? `<p>${escape(token.raw.trimEnd())}</p>`
          : /^<br\s*\/?>$/i.test(token.raw)
            ? '<br>'
            : escape(token.raw),
    },
  });
  const html = marked.parse(source, { async: false });
  return plain(
    html
      .replace(/<(\w+)(?: [^>]*)?>/g, '<$1>')
      .replace(/(<\/?(?:ul|ol|li|table|thead|tbody|tr|th|td|blockquote|p|h\d|hr|pre)>)\n/g, '$1')
      .replace(/<(blockquote|ul|ol|table|thead|tr)>\n/g, '<$1>')
      .replace(/<input> /g, '<input>')
      .replaceAll('<code>\n</code>', '<code></code>')
      .replaceAll('&copy;', '©')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&'),
  );
}

/** Blank space between blocks is no content. */
function plain(text: string): string {
  return text.replace(/\s+(?=<\/?(?:ul|ol|li|table|thead|tbody|tr|th|td|blockquote|p|h\d|hr|pre)>)/g, '');
}
