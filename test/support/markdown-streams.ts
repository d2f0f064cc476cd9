import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Marked } from 'marked';
import { MarkdownStream } from '../../client/src/markdown/markdown-stream.js';
import { outline, TreeSink, treeRoot } from './markdown-tree.js';

/** 300 characters of plain words. */
export const LONG = 'some plain words that go on and on, '.repeat(9).slice(0, 300);
export const INLINE = ['**bold words** ', '*a* ', '`code` ', '5 * 3 ', 'a | b ', 'snake_case ', '\n', '\\', ' !'];

/** Lines that begin with something that may be a sign, or not. */
export const LINES = ['2024 bare', '2.5 times', '*em* on', '`c` on', '~~s~~ on', '_u_ on', '(on', '1) no', '1. yes']
  .concat(['_ _ _', '***', '::', '+1', '#tag', '# head', '!x', '@x', '12', '**', '``', '=', '<b>x', '"x'])
  .map((line) => `${line}\n`);

export const PIECES = [
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

export function stream(sink: TreeSink, source: string, size: number, root = treeRoot()): string {
  const markdown = new MarkdownStream(sink, root);
  for (let i = 0; i < source.length; i += size) {
    markdown.append(source.slice(i, i + size));
    markdown.paint();
  }
  while (markdown.finish());
  return outline(root);
}

export function streamed(source: string, size: number, rowsPerPart?: number): string {
  return plain(stream(new TreeSink(rowsPerPart), source, size));
}

/** In a property: in pieces of `size` characters, the source is shown as the parser shows the whole. */
export function expectWhole(source: string, size: number): void {
  fc.pre(isComparable(source));
  expect(streamed(source, size)).toBe(whole(source));
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
export function whole(source: string): string {
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
