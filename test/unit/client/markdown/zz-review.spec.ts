import { it } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { isComparable, whole, streamed, stream } from '../../../support/markdown-streams.js';
import { TreeSink, treeRoot, outline, type TreeNode } from '../../../support/markdown-tree.js';
const W = 'some plain words that go on and on, and then some more. ';
const L = W.repeat(8);
const BL = ['para '+W, L, L+L+L, '- a\n- b\n- c', '- a\n\n- b', '1. one\n2. two\n   more', '- a\n  - b\n    - c '+L+'\n  - d', '```js\nlet a = 1;\n\n  b();\n```', '~~~\nx\n~~~', '> q\n> r', '> q\nlazy', '> '+L+L+L+'\nlazy line\n> back', '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |', '# H', 'Title\n===', '---', '***', '<details>\nx\n</details>', '    indented\n    code', '- [ ] t\n- [x] u '+L+L+L, '[y]: https://e.org/y', 'see [y] and **bold** and `code`', 'a  \nb\\\nc', '2024 is\n2025 too', '* star\n* more', '+ plus', '1) p\n2) q', 'text\n- list right after '+L+L+L+'\n- x', 'Intro:\n1. '+L+L+L+'\n   - in\n2. y', '漢字かな交じり文。'.repeat(30), 'مرحبا بالعالم '.repeat(30), '🙂 emoji line\n🙂 another'];
const ind = (s: string, first: string, rest: string, lazy: boolean[]) => s.split('\n').map((l, i) => i === 0 ? first + l : l === '' ? '' : (lazy[i % lazy.length] ? '' : rest) + l).join('\n');
const doc: fc.Memo<string> = fc.memo((n) => {
  const block = n <= 1 ? fc.constantFrom(...BL) : fc.oneof(fc.constantFrom(...BL), fc.constantFrom(...BL),
    fc.tuple(doc(), fc.constantFrom(['- ','  '],['1. ','   '],['- [ ] ','  '],['10. ','    '],['> ','> '],['>','>'],['- ','    '],['1. ','  '],['-   ','    '],['* ','  ']), fc.constantFrom([false],[false],[false],[false,false,false,true])).map(([d,[a,b],z]) => ind(d,a!,b!,z)));
  return fc.tuple(fc.array(fc.tuple(block, fc.constantFrom('\n\n','\n\n','\n','\n\n\n')), { minLength: 1, maxLength: 5 })).map(([a]) => a.map(([b, s]) => b + s).join(''));
});
const letters = (s: string) => s.replace(/[^\p{L}]/gu, '');
it('fuzz', () => {
  const bad: string[] = []; let n = 0; const t0 = Date.now(); const seed = Number(process.env.SEED ?? 1);
  for (const src of fc.sample(doc(3), { numRuns: Number(process.env.N ?? 1500), seed })) {
    if (Date.now() - t0 > 100_000) break;
    if (src.length > 20000 || !isComparable(src)) continue; n++;
    for (const size of [3 + (n % 11), 101]) {
      let got = ''; try { got = streamed(src, size); } catch (e) { got = 'THROW ' + (e as Error).stack; }
      if (got !== whole(src)) { bad.push(JSON.stringify({ size, src, got, want: whole(src) })); continue; }
      // intermediate
      const root = treeRoot(); const md = new MarkdownStream<TreeNode>(new TreeSink(), root); const fin = letters(outline(root)); let prev = 0; let w = 0, at = 0, lagw = 0, lagAt = 0;
      for (let i = 0; i < src.length; i += size) { md.append(src.slice(i, i + size)); md.paint(); const v = letters(outline(root).replace(/<[^>]*>/g, '')).length; if (prev - v > w) { w = prev - v; at = i; } prev = v;
        const s = letters(src.slice(0, i + size)).length; if (v - s > 60) bad.push('DUP ' + JSON.stringify({ size, at: i, v, s, src })); if (s - v > lagw) { lagw = s - v; lagAt = i; } }
      if (w > 12) bad.push('SHRINK ' + JSON.stringify({ w, at, size, src }));
      if (lagw > 90) bad.push('LAG ' + JSON.stringify({ lagw, lagAt, size, src }));
    }
  }
  writeFileSync(`/tmp/review2/fuzz-${seed}.txt`, `n=${n}\n` + bad.sort((a, b) => a.length - b.length).slice(0, 40).join('\n') + '\n' + bad.length);
}, 200000);
