import { describe, expect, it } from '@jest/globals';
import { CHUNK_CHARS, chunkEnd, splitSpans } from '../../../../client/src/highlight/chunks.js';
import { tokenizeSimply } from '../../../../client/src/highlight/tokenizer.js';
import { grammarOf } from '../../../../client/src/highlight/languages.js';
import type { Span } from '../../../../client/src/highlight/spans.js';

// Jest runs CommonJS modules while it links, so the grammars' global has to be there before they are imported at all.
await import('../../../../client/src/highlight/prism-core.js');
const { loadGrammar, tokenize } = await import('../../../../client/src/highlight/highlighter.js');

const textOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('');
const kindOf = (spans: readonly Span[], text: string): string | undefined =>
  spans.find((span) => span.text.includes(text))?.kind;

describe('highlighting', () => {
  it.each([
    ['ts', 'const a: string = "x"; // note', { const: 'keyword', '"x"': 'string', '// note': 'comment' }],
    ['py', 'def f(x):\n    """doc"""\n    return 1', { def: 'keyword', '"""doc"""': 'string', '1': 'number' }],
    ['rust', 'fn main() { let x = 5; }', { fn: 'keyword', '5': 'number' }],
    ['sh', 'echo "hi" # say', { '"hi"': 'string', '# say': 'comment' }],
    ['html', '<p class="a">x</p>', { '<': 'tag' }],
    ['sql', "SELECT 'a' FROM t", { SELECT: 'keyword', "'a'": 'string' }],
    ['c++', 'int x = 1; /* c */', { int: 'keyword', '/* c */': 'comment' }],
    ['go', 'func main() {}', { func: 'keyword' }],
    ['yml', 'a: 1 # c', { '# c': 'comment' }],
    ['json', '{"a": true}', { true: 'number' }],
    ['diff', '-a\n+b\n', { '-': 'remove', '+': 'add' }],
    ['java', 'class A {}', { class: 'keyword' }],
    ['c#', 'using X;', { using: 'keyword' }],
  ])('colours %s and leaves the text as it is', async (name, code, kinds) => {
    const grammar = grammarOf(name) ?? '';
    await loadGrammar(grammar);
    const spans = tokenize(code, grammar);
    expect(textOf(spans)).toBe(code);
    for (const [text, kind] of Object.entries(kinds)) expect([text, kindOf(spans, text)]).toEqual([text, kind]);
  });

  it('does not guess at a language that is not named, or that it does not know', () => {
    expect(grammarOf('')).toBeUndefined();
    expect(grammarOf('klingon')).toBeUndefined();
    expect(grammarOf('constructor')).toBeUndefined();
  });

  it('knows comments, strings and numbers even without grammars', () => {
    const spans = tokenizeSimply('x = "a" + 12 # end');
    expect(textOf(spans)).toBe('x = "a" + 12 # end');
    expect([kindOf(spans, '"a"'), kindOf(spans, '12'), kindOf(spans, '# end')]).toEqual([
      'string',
      'number',
      'comment',
    ]);
  });
});

describe('chunks of code', () => {
  const plain = (text: string): Span => ({ kind: '', text });

  it('end only behind a line end in plain text', () => {
    const long = 'x'.repeat(CHUNK_CHARS);
    expect(chunkEnd([plain('short\n')])).toBe(0);
    expect(chunkEnd([plain(`${long}\nrest`)])).toBe(long.length + 1);
    expect(chunkEnd([plain('a\n'), { kind: 'comment', text: `/*${long}\n` }])).toBe(2);
    expect(chunkEnd([{ kind: 'comment', text: `/*${long}\n` }])).toBe(0);
  });

  it('lose nothing when they are split', () => {
    const spans = [plain('ab'), { kind: 'string' as const, text: 'cdef' }, plain('g')];
    for (let end = 0; end <= 7; end++) {
      const [before, after] = splitSpans(spans, end);
      expect(textOf(before)).toBe('abcdefg'.slice(0, end));
      expect(textOf(after)).toBe('abcdefg'.slice(end));
    }
  });
});
