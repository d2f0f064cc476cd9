import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MarkdownStream } from '../../../../client/src/markdown/markdown-stream.js';
import { outline, TreeSink, treeRoot } from '../../../support/markdown-tree.js';

/** Source in pieces of `size`, as tags and text; formulas stand between dollars, display ones between two. */
function streamed(source: string, size = 100_000): string {
  const root = treeRoot();
  const markdown = new MarkdownStream(new TreeSink(), root);
  for (let i = 0; i < source.length; i += size) {
    markdown.append(source.slice(i, i + size));
    markdown.paint();
  }
  markdown.finish();
  return outline(root);
}

/** What is shown while the rest of the source has not come yet. */
function halfway(source: string): string {
  const root = treeRoot();
  const markdown = new MarkdownStream(new TreeSink(), root);
  markdown.append(source);
  markdown.paint();
  return outline(root);
}

const FORMULAS: [string, string][] = [
  ['Energy $E = mc^2$ is', '<p>Energy $E = mc^2$ is</p>'],
  ['a $x$, $y$ and ($z$).', '<p>a $x$, $y$ and ($z$).</p>'],
  ['so \\(a_1 + b_1\\) and \\(n\\)', '<p>so $a_1 + b_1$ and $n$</p>'],
  ['so $$a^2$$ holds', '<p>so $$a^2$$ holds</p>'],
  ['Then:\n$$\na\n- b\n= c\n$$\nEnd', '<p>Then:</p>$$a\n- b\n= c$$<p>End</p>'],
  ['Then:\n\n\\[\n\\begin{aligned}a &= b \\\\[2pt] c\\end{aligned}\n\\]\n\nEnd', ''],
  ['1. Step:\n   $$x^2$$\n2. **$y_1$** *and* $y_2*2$\n', ''],
  ['> Quote:\n> $$\n> x + 1\n> $$\n> end', ''],
  ['| a | b |\n|---|---|\n| $x^2$ | \\(y\\) |\n', ''],
  ['# Title $\\pi$\n', '<h1>Title $\\pi$</h1>'],
  ['*see $a*b$ and $c*d$ there*', '<p><em>see $a*b$ and $c*d$ there</em></p>'],
  ['**by $\\(x**2$** x', ''],
  ['$O(n log n)$ and $f(x)$', '<p>$O(n log n)$ and $f(x)$</p>'],
  ['速度$v$是', '<p>速度$v$是</p>'],
  ['$\\text{a $b$ c}$', ''],
];

const NONE: [string, string][] = [
  ['It costs $5 and $10.', '<p>It costs $5 and $10.</p>'],
  ['from **$5** to **$10**', '<p>from <strong>$5</strong> to <strong>$10</strong></p>'],
  ['$1,000-$2,000, US$5 or A$6', '<p>$1,000-$2,000, US$5 or A$6</p>'],
  ['$100 (not 100$)', '<p>$100 (not 100$)</p>'],
  ['$20/month vs 30$', '<p>$20/month vs 30$</p>'],
  ['$HOME and $PATH, $HOME/$USER', '<p>$HOME and $PATH, $HOME/$USER</p>'],
  ['run `echo $x$` and `$$`', '<p>run <code>echo $x$</code> and <code>$$</code></p>'],
  ['$a `b$ c` d$', '<p>$a <code>b$ c</code> d$</p>'],
  ['```\n$x^2$\n```\n', '<pre><code>$x^2$\n</code></pre>'],
  ['    $x^2$\n', '<pre><code>$x^2$\n</code></pre>'],
  ['\\$x^2$ and \\$5', '<p>$x^2$ and $5</p>'],
  ['\\[x\\] \\[1\\] \\[ \\] \\[note\\]', '<p>[x] [1] [ ] [note]</p>'],
  ['\\(optional\\) \\(see there\\)', '<p>(optional) (see there)</p>'],
  ['$x^2\n$', '<p>$x^2\n$</p>'],
  ['$$\na\n\nb\n$$', '<p>$$\na</p><p>b\n$$</p>'],
  ['$$$', '<p>$$$</p>'],
  ['an open $x^2 stays', '<p>an open $x^2 stays</p>'],
  ['an open \\[ x^2\n- stays\n- so', '<p>an open [ x^2</p><ul><li>stays</li><li>so</li></ul>'],
];

describe('formulas in Markdown', () => {
  it.each(FORMULAS)('are found in %j', (source, shown) => {
    if (shown !== '') expect(streamed(source)).toBe(shown);
    expect(streamed(source)).toMatch(/\$/);
    for (const size of [1, 2, 3, 7]) expect(streamed(source, size)).toBe(streamed(source));
  });

  it.each(NONE)('are not mistaken for prices, code or brackets: %j', (source, shown) => {
    expect(streamed(source)).toBe(shown);
    for (const size of [1, 2, 5]) expect(streamed(source, size)).toBe(shown);
  });

  it.each([
    ['so \\(a_1 + b', '<p>so \\(a_1 + b</p>'],
    ['so $a_{1} * b * c', '<p>so $a_{1} * b * c</p>'],
    ['Then:\n$$\na\n- b\n- c', '<p>Then:</p><p>$$\na\n- b\n- c</p>'],
    ['costs $5 and **mo', '<p>costs $5 and <strong>mo</strong></p>'],
    ['a **bold \\(x_', '<p>a <strong>bold</strong> \\(x_</p>'],
  ])('are text while they are still being written: %j', (source, shown) => {
    expect(halfway(source)).toBe(shown);
  });

  it('end as in the whole, wherever the text is cut', () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const source = pieces.join('');
        expect(streamed(source, size)).toBe(streamed(source));
      }),
      { numRuns: 600 },
    );
  });

  it('are given up where they go on for too long, so that nothing is read again and again', () => {
    const sink = new TreeSink();
    const markdown = new MarkdownStream(sink, treeRoot());
    const line = 'x + y = z\n';
    const source = `$$\n${line.repeat(3_000)}`;
    const start = performance.now();
    for (let i = 0; i < source.length; i += 20) {
      markdown.append(source.slice(i, i + 20));
      markdown.paint();
    }
    markdown.finish();
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

const PIECES = [
  '$',
  '$$',
  '$$\n',
  '\n$$\n',
  '\\(',
  '\\)',
  '\\[',
  '\\]',
  '\n\\[\n',
  '\n\\]\n',
  'x',
  'x_1 + y^2',
  '\\frac{a}{b}',
  ' ',
  '\n',
  '\n\n',
  '- ',
  '1. ',
  '   ',
  '> ',
  '# ',
  '**',
  '*',
  '_',
  '`',
  '```\n',
  '| a | b |\n|---|---|\n',
  '| $x$ | 2 |\n',
  '---\n',
  '= y\n',
  '5',
  'word ',
  '\\',
];
