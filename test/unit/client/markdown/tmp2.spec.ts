import { it } from '@jest/globals';
import { marked } from 'marked';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { outline, TreeSink, treeRoot } from '../../../support/markdown-tree.js';
const LONG = 'some plain words that go on and on, '.repeat(9).slice(0, 300);
it('x', () => {
  for (const source of [`First.\n\n> ${LONG.repeat(4)}\n >\t~~~\n >\t`,`First.\n\n> a\n >\t~~~\n >\t`,`First.\n\n> ${LONG.repeat(4)}\n >\t~~~\n >\t\n`]) {
    const root = treeRoot();
    const m = new MarkdownStream(new TreeSink(), root);
    for (const c of source) { m.append(c); m.paint(); }
    m.finish();
    console.log(JSON.stringify(outline(root).slice(-60)), JSON.stringify(marked.parse(source).slice(-60)));
  }
});
