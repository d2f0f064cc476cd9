import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Lexer } from 'marked';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import {
  INLINE,
  expectWhole,
  LINES,
  LONG,
  PIECES,
  stream,
  streamed,
  whole,
} from '../../../support/markdown-streams.js';
import { outline, TreeSink, treeRoot, type TreeNode } from '../../../support/markdown-tree.js';

const WORDS = 'some plain words that go on and on, and then some more. ';

/** Texts of one long block each, with what may stand before it. */
const LONG_DOCUMENTS: Record<string, string> = {
  'a quotation with a line without a mark':
    `> Said:\n${WORDS}\n` + times(1000, (i) => `> ${i} ${WORDS}\n${i % 5 ? '' : '>\n'}`),
  'a quotation with many lines without a mark': times(
    1000,
    (i) => `${i % 7 === 3 ? '' : '> '}${WORDS}\n${i % 5 ? '' : '>\n'}`,
  ),
  'a table in an item': `- Look:\n\n  | a | b |\n  |---|---|\n` + times(1500, (i) => `  | ${i} | some words |\n`),
  'a table in a tight item':
    `1. Look:\n   | a | b |\n   |---|---|\n` + times(1500, (i) => `   | ${i} | some words |\n`),
  'paragraphs in an item': `- First.\n` + times(1000, () => `\n  ${WORDS}\n`),
  'a tight list in an item': `- First\n` + times(1500, (i) => `  - item ${i} with words\n`),
  'a loose list in an item': `- First\n\n` + times(1000, (i) => `  - item ${i} with words\n\n`),
  'lists in a list in an item':
    `- First\n` + times(1000, (i) => `  - item ${i} with words\n    1. and more\n    2. of this\n`),
  'a list in an item of an item': `- First\n  - Second\n` + times(1500, (i) => `    - item ${i} with words\n`),
  'code in a tight item': '1. Do:\n   ```js\n' + times(1500, (i) => `   const a${i} = ${i};\n`),
  'code in a loose item': '1. Do:\n\n   ```js\n' + times(1500, (i) => `   const a${i} = ${i};\n`),
  'a paragraph in a tight item': `- ${WORDS.repeat(300)}`,
  'a paragraph in a loose item': `- a\n\n- ${WORDS.repeat(300)}`,
  'a quotation in an item': `- a\n\n  > b\n` + times(1000, () => `  > ${WORDS}\n  >\n`),
  'a list in a quotation': times(1500, (i) => `> - item ${i} with words\n`),
  'a table in a quotation': '> | a | b |\n> |---|---|\n' + times(1500, (i) => `> | ${i} | some words |\n`),
  'code in an indented fence': '  ```js\n' + times(1500, (i) => `   const a${i} = ${i};\n`),
  'code in an indented fence in an item': '- Do:\n    ```js\n' + times(1500, (i) => `    const a${i} = ${i};\n`),
  'a list of tasks': times(1500, (i) => `- [ ] item ${i} with words\n`),
  'paragraphs in a task': `- [ ] First.\n` + times(1000, () => `\n  ${WORDS}\n`),
  'a list with long items': times(30, (i) => `${i + 1}. Step\n\n` + times(30, () => `   ${WORDS}\n\n`)),
  'a list behind a paragraph': 'Intro:\n\n' + times(1500, (i) => `- item ${i} with words\n`),
  'a list under a line': 'Intro:\n' + times(1500, (i) => `- item ${i} with words\n`),
  'a table behind a paragraph': 'Intro:\n\n| a | b |\n|---|---|\n' + times(1500, (i) => `| ${i} | some words |\n`),
  'a paragraph behind a heading': '# Intro\n\n' + WORDS.repeat(300),
  'a list': times(1500, (i) => `- item ${i} with words\n`),
  'items with lines that are not indented': times(800, (i) => `- item ${i} with words\nand more words\n`),
  'an item with many lines that are not indented': `- item\n` + times(800, () => `more words\n`),
};

const CODE = times(40, (i) => `   const a${i} = ${i};\n`);

const CODE_DOCUMENTS: Record<string, string> = {
  steps: times(4, (i) => `${i + 1}. Step\n\n   ${WORDS}\n\n   \`\`\`js\n${CODE}   \`\`\`\n\n`),
  'steps of a tight list': times(4, (i) => `${i + 1}. Step\n   \`\`\`js\n${CODE}   \`\`\`\n`),
  tasks: times(3, () => `- [ ] Do\n\n   \`\`\`js\n${CODE}   \`\`\`\n\n   ${WORDS}\n\n`),
  'a quotation in an item': `- Look\n\n  > ${WORDS}\n  >\n  > \`\`\`js\n${CODE.replaceAll('   ', '  > ')}  > \`\`\`\n\nEnd.`,
};

/** What `part` makes of each of so many numbers, one behind the other. */
function times(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join('');
}

describe('MarkdownStream with long blocks', () => {
  it.each(['', '- ', '> ', '- a\n\n- ', '> - '])('goes on in another paragraph behind so much of one: %j', (mark) => {
    const words = WORDS.repeat(1_000);
    const root = treeRoot();
    stream(new TreeSink(), mark + words, 700, root);
    const paragraphs = textsOf(root);
    expect(paragraphs.join('').replaceAll(' ', '')).toBe(
      `${mark.includes('a') ? 'a' : ''}${words.replaceAll(' ', '')}`,
    );
    for (const { length } of paragraphs) expect(length).toBeLessThan(22_000);
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
          expectWhole(source, size);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shows long list items of anything as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES, ...LINES, LONG);
    fc.assert(
      fc.property(
        fc.constantFrom('', 'First.\n\n', '- one\n', '1. one\n\n', '* other\n', '- one\n\n  more\n'),
        fc.constantFrom('- ', '- ', '-   ', '1. ', '7) ', ' - ', '-     ', '-\t', '- [ ] ', '1. [x]  '),
        fc.array(piece, { maxLength: 25 }),
        fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 3), { minLength: 6, maxLength: 6 }),
        fc.array(
          fc.oneof(piece, fc.constantFrom('\n- next', '\n2. next', '\n\n- next', '\n* other', '\nlazy', '\n  in')),
          {
            maxLength: 6,
          },
        ),
        fc.integer({ min: 1, max: 900 }),
        (before, bullet, pieces, indents, after, size) => {
          const inside = (LONG.repeat(4) + pieces.join('')).replace(/\r\n/g, '\n').split('\n');
          const indented = inside.map(
            (line, i) => indentOf(bullet.replace(/\[.*/, '').length, indents[i % indents.length] ?? 0) + line,
          );
          const source = before + bullet + indented.join('\n').trimStart() + after.join('');
          expectWhole(source, size);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shows long quotations with lines without a mark as the parser shows the whole', () => {
    const piece = fc.constantFrom(...PIECES, ...LINES, LONG);
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
          expectWhole(source, size);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shows long paragraphs with all that may change them later as the parser shows the whole', () => {
    const words = LONG.repeat(3);
    const piece = fc.constantFrom(...PIECES, ...INLINE, LONG, LONG, words);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 40, max: 900 }), (pieces, size) => {
        const source = words + pieces.join('');
        expectWhole(source, size);
      }),
      { numRuns: 300 },
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

  it.each(Object.entries(CODE_DOCUMENTS))('shows the code in %s once, and never anew', (_, source) => {
    const root = treeRoot();
    const markdown = new MarkdownStream(new TreeSink(), root);
    const seen = new Set<TreeNode>();
    for (let i = 0; i < source.length; i += 5) {
      markdown.append(source.slice(i, i + 5));
      markdown.paint();
      for (const node of codeIn(root)) seen.add(node);
    }
    markdown.finish();
    expect(outline(root)).toContain('<li>');
    expect([...seen]).toEqual(codeIn(root));
  });

  it.each(Object.entries(LONG_DOCUMENTS))('parses only the end of %s again', (_, source) => {
    let shown = '';
    const parsed = lengthsParsed(() => {
      shown = streamed(source, 40);
    });
    expect(shown).toBe(whole(source));
    expect(Math.max(...parsed)).toBeLessThan(2_500);
    expect(parsed.reduce((sum, length) => sum + length)).toBeLessThan(source.length * 30);
  });
});

function codeIn(node: TreeNode): TreeNode[] {
  return node.tag === 'pre' ? [node] : node.children.flatMap(codeIn);
}

/** How much the parser was given, each time it was asked. */
function lengthsParsed(act: () => void): number[] {
  const lengths: number[] = [];
  const { lex } = Lexer.prototype;
  Lexer.prototype.lex = function (source) {
    lengths.push(source.length);
    return lex.call(this, source);
  };
  try {
    act();
  } finally {
    Lexer.prototype.lex = lex;
  }
  return lengths;
}

/** The spaces before a line of an item: as many as are needed, one more, one less, or none. */
function indentOf(needed: number, kind: number): string {
  return ' '.repeat([needed, needed + 1, Math.max(0, needed - 1), 0][kind] ?? needed);
}

/** The texts of these nodes, each as long as nothing but text stands between. */
function textsOf({ tag, text, children }: TreeNode): string[] {
  return tag === '#text' ? [text] : children.flatMap(textsOf);
}
