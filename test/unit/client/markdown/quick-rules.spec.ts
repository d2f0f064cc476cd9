import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Lexer } from 'marked';
import { lex } from '../../../../client/src/markdown/tail-lexer.js';

const { gfm } = Lexer.rules.block;
const LONG_PATTERNS = ['paragraph', 'lheading', 'html', 'blockquote', 'table'] as const;

/** The parser's long patterns that reading `source` tries. */
function tried(source: string): string[] {
  const spies = LONG_PATTERNS.map((name) => [name, jest.spyOn(gfm[name], 'exec')] as const);
  lex(source, {}, true);
  return spies.filter(([, spy]) => spy.mock.calls.length > 0).map(([name]) => name);
}

describe("the parser's long patterns", () => {
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    'Some words\nand more.\n\nOthers.',
    'A **list**:\n- one\n- two\n\n1. a\n2. b',
    'Title\n\n## Two\n\nText\n```js\nconst a = 1;\n```\n',
    'Before\n\n---\n\n漢字 after',
    '> quoted\n> more\n\nafter',
    '| a | b |\n|---|:-:|\n| c | d |\n| e | f |\n\nafter',
  ])('are not tried where none of them can match: %j', (source) => expect(tried(source)).toEqual([]));

  it.each([
    ['Title\n===\n', 'lheading'],
    ['<div>\n', 'html'],
    ['> quoted\nlazily', 'blockquote'],
    ['| a |\n|---|\nb', 'table'],
    ['words\n1 more', 'paragraph'],
  ])('are tried where they may match: %j', (source, name) => expect(tried(source)).toContain(name));
});

function expectLikeParser(pieces: readonly string[], most: number): void {
  const texts = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => expect(lex(text, {}, true)).toEqual(new Lexer({ gfm: true }).lex(text))),
    { numRuns: 20_000 },
  );
}

describe('the short patterns', () => {
  const LINES = [
    '> a',
    '>',
    '> > b',
    '> - c',
    '  > d',
    '    e',
    '| f | g |',
    '|---|-|',
    '| h',
    'i | j',
    '--- | ---',
    '',
  ];
  const OTHERS = [
    'k',
    '- l',
    '1. m',
    '# n',
    '```',
    '---',
    '===',
    '<div>',
    '<b>o</b>',
    '[p]: q',
    '[p]',
    '![r](s)',
    '* *',
  ];

  it('read random lines as the parser does', () =>
    expectLikeParser(
      [...LINES, ...OTHERS].flatMap((line) => [`${line}\n`, `- ${line}\n`]),
      8,
    ));

  it('read random pieces of text as the parser does', () =>
    expectLikeParser(
      ['a', ' ', '\n', 'https://a.b', 'www.c.d', 'e@f.g', '<h@i.j>', '[k](l)', '<b>', '!', '[', ']', '*'],
      8,
    ));
});

describe('the patterns for the ends of emphasis', () => {
  const PIECES = [
    '*',
    '**',
    '***',
    '_',
    '__',
    '~',
    '~~',
    ' ',
    '\n',
    'a',
    '5',
    '.',
    '“',
    '漢',
    '、',
    'é',
    '🙂',
    '𝐀',
    '𐕰',
    '`',
    '[',
    '\\',
  ];

  it('read random texts as the parser does', () => expectLikeParser(PIECES, 14));
});
