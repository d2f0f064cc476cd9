import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { heal } from '../../../../client/src/markdown/heal.js';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { streamed, whole } from '../../../support/markdown-streams.js';
import { textOf, TreeSink, treeRoot, type TreeNode } from '../../../support/markdown-tree.js';

const CHARS = 12_000;
/** As much as the page shows with one paint. */
const PAINT_CHARS = 3_000;
/** Ten times what one task may take on a quiet machine. */
const MOST_CPU_MS = 1_000;
/** Elements in one another: forty quotations or items, with what stands in them. */
const DEEPEST = 180;

/** Of which a text is made that has made parsers take the square of its length, or more, or use up the stack. */
const UNITS = [
  ...['>', '> ', '- ', '- - - ', '1. ', '- > 1. ', '[', '(', '![', '[[', '*', '**', '_', '~', '~~', '`', '$', '$$'],
  ...['\\(', '\\[', '\\[\n', '\\', '<', '&', '|', '**a ', '*a ', '_a*', '**a_b ', '~~a ~b ', '*a**b ', 'a*"', '*a***'],
  ...['char *name, **argv, ', '[a](b', '[a](b "', '[a][b]', '[a]: b\n', '[^1]: a\n\n', '](', '[<a', '[`a', '<a b="'],
  ...[
    '<!--',
    '<div>\n',
    '<a href="x">',
    '<?',
    'a',
    'word ',
    '漢',
    '🙂',
    'a\u0301\u0302',
    ' ',
    '\t',
    '\n',
    '\r',
    'a\n\n',
  ],
  ...[
    '|a|\n|-|\n',
    '|-',
    'a|b\n',
    '# ',
    '# **a ',
    'a\n-\n',
    '=\n',
    'https://a.b/ ',
    'a@',
    'www.',
    '$x^2$ ',
    '$$\nx\n\n',
  ],
  ...['```\n', '> ```\n', '```a\nb\n```\n', '- a\n', '> a\nb\n', '> > a\n> b\n', '- a\nb\n', '- a\n*b\n', '- [ ] a\n'],
  ...[
    '![![![![a](x)](x)](x)](x) ',
    '[[[[[a](x)](x)](x)](x)](x) ',
    `${'!['.repeat(25)}a`,
    'a  \n',
    '&copy;',
    '{',
    '\\frac{',
  ],
];

/** Texts whose beginning or end makes them what they are. */
const TEXTS: Readonly<Record<string, string>> = {
  'quotations that get deeper': lines((i) => `${'> '.repeat(i)}a`),
  'quotations that get less deep': lines((i) => `${'>'.repeat(Math.max(1, 30 - (i % 40)))} a`),
  'lists that get deeper': lines((i) => `${' '.repeat(i * 2)}- a`),
  'emphasis in emphasis': `${fill('*a ', CHARS / 2)}${fill('a* ', CHARS / 2)}`,
  'links in links': `${fill('[', CHARS / 3)}a${fill('](x)', CHARS)}`,
  'a formula of braces': `$$${fill('\\frac{')}$$`,
  'a row of thousands of cells': `|${fill('a|')}\n|${fill('-|')}\n|b|`,
  'a table of rows that are filled up': `|${fill('a|', 1_400)}\n|${fill('-|', 1_400)}\n${fill('|b|\n')}`,
  'backticks that get longer': lines((i) => `a${'`'.repeat(i + 1)}`),
  'a list that gets loose late': `${fill('- a\n')}\n- b\n\n- c\n`,
  'an item that gets loose late': `- a\n${fill('  b\n')}\n  c\n`,
  'a paragraph that becomes a heading': `${fill('some words, ')}\n---\n`,
  'an item deep within others': `${'- '.repeat(39)}a\n${fill(`\n${' '.repeat(78)}b\n`)}`,
  'definitions and what refers to them': lines((i) => `[a${i}]: https://e.org/${i}\n\nsee [a${i}]\n`),
};

function fill(unit: string, length = CHARS): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function lines(line: (i: number) => string): string {
  let text = '';
  for (let i = 0; text.length < CHARS; i++) text += `${line(i)}\n`;
  return text;
}

/** What it costs to show the text paint by paint: the most milliseconds of the processor that one paint took; and what is shown. */
function show(source: string): { cost: number; root: TreeNode } {
  const root = treeRoot();
  const markdown = new MarkdownStream(new TreeSink(), root);
  let cost = 0;
  const measure = <T>(paint: () => T): T => {
    const before = process.cpuUsage();
    const result = paint();
    const { user, system } = process.cpuUsage(before);
    cost = Math.max(cost, (user + system) / 1_000);
    return result;
  };
  for (let i = 0; i < source.length; i += PAINT_CHARS) {
    measure(() => {
      markdown.append(source.slice(i, i + PAINT_CHARS));
      markdown.paint();
    });
  }
  while (measure(() => markdown.finish()));
  return { cost, root };
}

function depthOf({ children }: TreeNode): number {
  return 1 + Math.max(0, ...children.map(depthOf));
}

describe('a text of signs that mean something together', () => {
  it.each(UNITS)('holds nothing up, and is nested no deeper than can be read: %j', (unit) => {
    const { cost, root } = show(fill(unit));
    expect(cost).toBeLessThan(MOST_CPU_MS);
    expect(depthOf(root)).toBeLessThan(DEEPEST);
  });

  it.each(Object.entries(TEXTS))('holds nothing up: %s', (_, text) => {
    const { cost, root } = show(text);
    expect(cost).toBeLessThan(MOST_CPU_MS);
    expect(depthOf(root)).toBeLessThan(DEEPEST);
  });

  it('holds nothing up, whatever signs it is made of', () => {
    const units = fc.array(fc.constantFrom(...UNITS), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(units, units, (before, unit) => {
        expect(show(before.join('') + fill(unit.join(''), CHARS / 2)).cost).toBeLessThan(MOST_CPU_MS);
      }),
      { numRuns: 25 },
    );
  });

  it('costs 200,000 characters no more with each paint than 12,000', () => {
    for (const unit of ['**a ', '> > ', 'word']) {
      expect(show(fill(unit, 200_000)).cost).toBeLessThan(MOST_CPU_MS);
    }
  });

  it('is shown with every sign where it opens more quotations than can be read', () => {
    const { root } = show('>'.repeat(4_000));
    expect(textOf(root)).toBe('>'.repeat(4_000));
  });

  it.each(['a', '漢', 'a@', '[', '<'])(
    'is shown with every sign where there is no place to finish it at: %j',
    (unit) => {
      expect(textOf(show(fill(unit, 20_000)).root)).toBe(fill(unit, 20_000));
    },
  );

  it('is as it was where it is short', () => {
    for (const source of [
      '> '.repeat(12) + 'a\n',
      '- '.repeat(12) + 'a\n',
      '>>> a\n>> b\n> c\n',
      '*a **b _c_** d* '.repeat(20),
    ])
      expect(streamed(source, 7)).toBe(whole(source));
  });

  it('is made presentable at once while it is written, though it opens picture in picture', () => {
    const before = process.cpuUsage();
    heal(`${'!['.repeat(200)}a`);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(MOST_CPU_MS);
  });
});
