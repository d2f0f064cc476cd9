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
        fc.pre(isComparable(source));
        expect(streamed(source, size)).toBe(whole(source));
      }),
      { numRuns: Number(process.env.RUNS ?? 400) },
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

  it('shows long quotations of anything as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES, LONG);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }),
        fc.array(piece, { maxLength: 6 }),
        fc.integer({ min: 1, max: 900 }),
        fc.constantFrom('> ', '> ', '>', '>\t', ' >\t'),
        (quoted, after, size, mark) => {
          const inside = (LONG.repeat(3) + quoted.join('')).replace(/\r\n/g, '\n');
          const source = `First.\n\n> ${inside.split('\n').join(`\n${mark}`)}${after.join('')}`;
          fc.pre(isComparable(source));
          expect(streamed(source, size)).toBe(whole(source));
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it('shows long list items of anything as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES, LONG);
    fc.assert(
      fc.property(
        fc.constantFrom('', 'First.\n\n', '- one\n', '1. one\n\n', '* other\n', '- one\n\n  more\n'),
        fc.constantFrom('- ', '- ', '-   ', '1. ', '7) ', ' - ', '-     ', '-\t', '- [ ] ', '1. [x]  '),
        fc.array(piece, { maxLength: 25 }),
        fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 3), { minLength: 6, maxLength: 6 }),
        fc.array(fc.oneof(piece, fc.constantFrom('\n- next', '\n2. next', '\n\n- next', '\n* other', '\nlazy', '\n  in')), {
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 900 }),
        (before, bullet, pieces, indents, after, size) => {
          const inside = (LONG.repeat(4) + pieces.join('')).replace(/\r\n/g, '\n').split('\n');
          const indented = inside.map((line, i) => indentOf(bullet.replace(/\[.*/, '').length, indents[i % indents.length] ?? 0) + line);
          const source = before + bullet + indented.join('\n').trimStart() + after.join('');
          fc.pre(isComparable(source));
          expect(streamed(source, size)).toBe(whole(source));
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it('shows long quotations with lines without a mark as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES, LONG);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }),
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        fc.array(piece, { maxLength: 6 }),
        fc.integer({ min: 1, max: 900 }),
        (pieces, bare, after, size) => {
          const inside = (LONG.repeat(4) + pieces.join('')).replace(/\r\n/g, '\n').split('\n');
          const quoted = inside.map((line, i) => (i > 0 && bare[i % bare.length] ? line : `> ${line}`));
          const source = quoted.join('\n') + after.join('');
          fc.pre(isComparable(source));
          expect(streamed(source, size)).toBe(whole(source));
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it('shows code in fences that are indented as the parser shows the whole', () => {
    const line = fc.constantFrom('a', ' a', '  a b', '   a', '    a', '\ta', ' \ta', '', ' ', '   ', '\t', '``', ' ```', '~~~');
    fc.assert(
      fc.property(
        fc.constantFrom('', '- b\n', '- b\n  ', '> '),
        fc.constantFrom('', ' ', '  ', '   '),
        fc.constantFrom('```', '```js', '~~~', '````'),
        fc.array(line, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (before, indent, fence, lines, size) => {
          const source = before + [fence, ...lines].map((text) => indent + text).join('\n');
          fc.pre(isComparable(source));
          expect(streamed(source, size)).toBe(whole(source));
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it('shows long paragraphs with all that may change them later as the parser shows the whole', () => {
    const words = LONG.repeat(3);
    const piece = fc.constantFrom(...PIECES, ...INLINE, LONG, LONG, words);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 40, max: 900 }), (pieces, size) => {
        const source = words + pieces.join('');
        fc.pre(isComparable(source));
        expect(streamed(source, size)).toBe(whole(source));
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it.each(['\n===\n', '\nof which | two\n---|---\n1 | 2\n', ' and [it][1]\n\n[1]: https://e.org\n', '** and** on'])(
    'takes back what was finished of a long paragraph that ends in %j',
    (end) => {
      for (const size of [1, 50, 700]) {
        const source = `A **b** ${LONG.repeat(5)}${end}`;
        expect(streamed(source, size)).toBe(whole(source));
      }
    },
  );

  it('lets go of what is finished of a long paragraph, so that only its end is parsed again', () => {
    const root = treeRoot();
    stream(new TreeSink(), LONG.repeat(40), 13, root);
    const lengths = root.children
      .flatMap((section) => section.children[0]?.children ?? [])
      .map(({ text }) => text.length);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(LONG.trimEnd().length + LONG.length * 39);
    expect(Math.max(...lengths)).toBeLessThan(1_500);
  });

  it('reads a long quotation like a text of its own, of which only the end is parsed again', () => {
    const root = treeRoot();
    stream(new TreeSink(), `> ${LONG}\n`.repeat(40), 13, root);
    const [quote] = root.children[0]?.children ?? [];
    const lengths = quote?.children.flatMap(({ children }) => children.map(({ text }) => text.length)) ?? [];
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThan(1_500);
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

/** The spaces before a line of an item: as many as are needed, one more, one less, or none. */
function indentOf(needed: number, kind: number): string {
  return ' '.repeat([needed, needed + 1, Math.max(0, needed - 1), 0][kind] ?? needed);
}

/** 300 characters of plain words. */
const LONG = 'some plain words that go on and on, '.repeat(9).slice(0, 300);
const INLINE = ['**bold words** ', '*a* ', '`code` ', '5 * 3 ', 'a | b ', 'snake_case ', '\n', '\\', ' !'];

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
    '[bank.com](https://e.org/x)',
    '[https://e.org](https://e.org/x)',
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
    '[y]',
    '\n[y]: https://e.org/y\n',
    '[y]: https://e.org/z\n\n',
    '- [ ] todo\n',
    'text\n',
    '漢字',
    '😀',
    '\r\n',
  ],
];

function stream(sink: TreeSink, source: string, size: number, root = treeRoot()): string {
  const markdown = new MarkdownStream(sink, root);
  for (let i = 0; i < source.length; i += size) {
    markdown.append(source.slice(i, i + size));
    markdown.paint();
  }
  markdown.finish();
  return outline(root);
}

function streamed(source: string, size: number, rowsPerPart?: number): string {
  return plain(stream(new TreeSink(rowsPerPart), source, size));
}

/** The parser itself has inputs that it stumbles over, and what begins a formula here is text to it. */
function isComparable(source: string): boolean {
  if (source.includes('\\[')) return false;
  try {
    whole(source);
    return true;
  } catch {
    return false;
  }
}

/**
 * What marked itself makes of the source, with Rondo's rules: HTML is text, a picture is a link, and an address that is
 * none is no link. Behind a link whose text is another address stands where it leads.
 */
function whole(source: string): string {
  const marked = new Marked();
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  marked.use({
    renderer: {
      link({ href, tokens, text, autolink }) {
        if (URL.canParse(href))
          return `<a>${autolink ? escape(text) : this.parser.parseInline(tokens)}</a>${behind(text, href)}`;
        return autolink ? escape(text) : this.parser.parseInline(tokens);
      },
      image: ({ href, text }) =>
        URL.canParse(href) ? `<a>${escape(text || href)}</a>${behind(text, href)}` : escape(text || href),
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

/** The note behind a link, told by the addresses in these tests alone. */
function behind(text: string, href: string): string {
  const claimed = /^\**(?:https:\/\/)?([a-z]+\.(?:com|org))\**$/.exec(text)?.[1];
  const { host } = new URL(href);
  return claimed === undefined || claimed === host ? '' : `<small> (${host})</small>`;
}

/** Blank space between blocks is no content. */
function plain(text: string): string {
  return text.replace(/\s+(?=<\/?(?:ul|ol|li|table|thead|tbody|tr|th|td|blockquote|p|h\d|hr|pre)>)/g, '');
}
