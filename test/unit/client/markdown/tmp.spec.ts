import { it } from '@jest/globals';
import { Lexer } from 'marked';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { TreeSink, treeRoot } from '../../../support/markdown-tree.js';
const words = 'some plain words that go on and on, and then some more. ';
const n = (k: number, f: (i: number) => string) => Array.from({ length: k }, (_, i) => f(i)).join('');
const docs: Record<string, string> = {
  'quote, lazy at first': `> Said:\n${words}\n` + n(1000, (i) => `> ${i} ${words}\n${i % 5 ? '' : '>\n'}`),
  'quote, lazies': n(1000, (i) => `${i % 7 === 3 ? '' : '> '}${words}\n${i % 5 ? '' : '>\n'}`),
  'table in item': `- Look:\n\n  | a | b |\n  |---|---|\n` + n(1500, (i) => `  | ${i} | some words |\n`),
  'table in tight item': `1. Look:\n   | a | b |\n   |---|---|\n` + n(1500, (i) => `   | ${i} | some words |\n`),
  'paragraphs in item': `- First.\n` + n(1000, () => `\n  ${words}\n`),
  'nested tight': `- First\n` + n(1500, (i) => `  - item ${i} with words\n`),
  'nested loose': `- First\n\n` + n(1000, (i) => `  - item ${i} with words\n\n`),
  'nested deep': `- First\n` + n(1000, (i) => `  - item ${i} with words\n    1. and more\n    2. of this\n`),
  'one nested under nested': `- First\n  - Second\n` + n(1500, (i) => `    - item ${i} with words\n`),
  'code in item': '1. Do:\n   ```js\n' + n(1500, (i) => `   const a${i} = ${i};\n`),
  'code in loose item': '1. Do:\n\n   ```js\n' + n(1500, (i) => `   const a${i} = ${i};\n`),
  'paragraph in tight item': `- ${words.repeat(1000)}`,
  'paragraph in loose item': `- a\n\n- ${words.repeat(1000)}`,
  'quote in item': `- a\n\n  > b\n` + n(1000, () => `  > ${words}\n  >\n`),
  'list in quote': n(1500, (i) => `> - item ${i} with words\n`),
  'table in quote': '> | a | b |\n> |---|---|\n' + n(1500, (i) => `> | ${i} | some words |\n`),
  'indented code': '  ```js\n' + n(1500, (i) => `   const a${i} = ${i};\n`),
  'indented code in item': '- Do:\n    ```js\n' + n(1500, (i) => `    const a${i} = ${i};\n`),
  'task': n(1500, (i) => `- [ ] item ${i} with words\n`),
  'paragraphs in task': `- [ ] First.\n` + n(1000, () => `\n  ${words}\n`),
  'list with long items': n(30, (i) => `${i + 1}. Step\n\n` + n(30, () => `   ${words}\n\n`)),
  'intro list': 'Intro:\n\n' + n(1500, (i) => `- item ${i} with words\n`),
  'intro tight list': 'Intro:\n' + n(1500, (i) => `- item ${i} with words\n`),
  'intro table': 'Intro:\n\n| a | b |\n|---|---|\n' + n(1500, (i) => `| ${i} | some words |\n`),
  'intro paragraph': '# Intro\n\n' + words.repeat(1000),
  'list': n(1500, (i) => `- item ${i} with words\n`),
  'lazy items': n(800, (i) => `- item ${i} with words\nand more words\n`),
  'lazy item long': `- item\n` + n(800, () => `more words\n`),
};
it('x', () => {
  let parsed = 0, most = 0, count = 0;
  const lex = Lexer.prototype.lex;
  Lexer.prototype.lex = (function (this: Lexer, s: string) { parsed += s.length; count++; most = Math.max(most, s.length); return lex.call(this, s); });
  const out: string[] = [];
  for (const [name, source] of Object.entries(docs)) {
    parsed = most = count = 0;
    const m = new MarkdownStream(new TreeSink(), treeRoot());
    const t = performance.now();
    for (let i = 0; i < source.length; i += 40) { m.append(source.slice(i, i + 40)); m.paint(); }
    m.finish();
    out.push(`${name.padEnd(26)} ${source.length} times ${(parsed / source.length).toFixed(1)} most ${most} ms ${(performance.now() - t).toFixed(0)}`);
  }
  process.stderr.write(out.join('\n') + '\n');
});
