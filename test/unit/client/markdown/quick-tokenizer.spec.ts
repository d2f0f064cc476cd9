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
  ])('are not tried where none of them can match: %j', (source) => expect(tried(source)).toEqual([]));

  it.each([
    ['Title\n===\n', 'lheading'],
    ['<div>\n', 'html'],
    ['> quoted', 'blockquote'],
    ['| a |\n|---|\n| b |', 'table'],
    ['words\n1 more', 'paragraph'],
  ])('are tried where they may match: %j', (source, name) => expect(tried(source)).toContain(name));
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

  it('read random texts as the parser does', () => {
    const texts = fc
      .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, (text) => expect(lex(text, {}, true)).toEqual(new Lexer({ gfm: true }).lex(text))),
      { numRuns: 20_000 },
    );
  });
});
