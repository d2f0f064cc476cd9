import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstHit, fold, searched, searchTerms } from '../../../../../src/history/typeorm/search/search-text.js';
import { gramsOf, indexedText } from '../../../../../src/history/typeorm/sqlite/grams.js';
import { longestTurn } from '../../../../support/longest-turn.js';

const finds = (content: string, typed: string) => firstHit(searched(content), searchTerms(typed)) !== undefined;

/** Letters of many kinds, close enough together that they meet. */
const LETTERS = fc.constantFrom(...'abAB1_é\u0301ßςΣİ潮汐かガ한ภ🦀👍🏽☀\ufe0f。、+-"\'.# \n\t\u3000\u200d\0');
const TEXT = fc.string({ unit: LETTERS, maxLength: 40 });

describe('searching a text', () => {
  it.each([
    ['Hello World', 'hello'],
    ['Hello World', 'WORLD hello'],
    ['a naïve café', 'naive CAFÉ'],
    ['cafe\u0301 au lait', 'café'],
    ['ＦＵＬＬ width', 'full'],
    ['ΟΔΟΣ και οδός', 'οδος'],
    ['programming', 'gram'],
    ['in C++ or C#', 'c++'],
    ['in C++ or C#', 'c#'],
    ['一天两次潮汐涨落', '潮汐'],
    ['一天两次潮汐涨落', '汐'],
    ['東京タワーとカレー', 'カレー'],
    ['조수는 달의 인력', '달'],
    ['น้ำขึ้นน้ำลง', 'ขึ้น'],
    ['a crab 🦀 walks', '🦀'],
    ['AI模型', 'ai'],
    ['AI模型', 'i模型'],
    ['one\n  two', '"one two"'],
    ['say("hi")', 'say("hi")'],
    ['an unclosed "quote', '"quote'],
    ['go home', 'go'],
    ['go home', 'h'],
    ['a -> b', '->'],
  ])('finds in %j what is typed as %j', (content, typed) => {
    expect(finds(content, typed)).toBe(true);
  });

  it.each([
    ['Hello World', 'hello moon'],
    ['one two', '"two one"'],
    ['programming', 'am'],
    ['algol', 'go'],
    ['潮の汐', '潮汐'],
  ])('does not find in %j what is typed as %j', (content, typed) => {
    expect(finds(content, typed)).toBe(false);
  });

  it.each(['', ' ', '\0\n', '\u0301'])('looks for nothing where %j is typed', (typed) => {
    expect(searchTerms(typed)).toEqual([]);
  });

  it('finds every piece of a text from three letters on, and every phrase of it', () => {
    fc.assert(
      fc.property(TEXT, fc.nat(39), fc.integer({ min: 3, max: 12 }), (content, from, length) => {
        const piece = [...content]
          .slice(from, from + length)
          .join('')
          .trim();
        fc.pre([...fold(piece).trim()].length >= 3 && !piece.includes('"'));
        expect(finds(content, `"${piece}"`)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has what it finds in the index, too', () => {
    fc.assert(
      fc.property(TEXT, TEXT, (content, typed) => {
        const terms = searchTerms(typed);
        fc.pre(terms.length > 0 && firstHit(searched(content), terms) !== undefined);
        const whole = indexedText(content);
        expect(gramsOf(terms).filter((gram) => !whole.includes(gram))).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('asks the index for three characters at a time, and not for ever more', () => {
    for (const typed of ['a', 'ab', 'abc', '潮', '潮汐', 'c#', 'x'.repeat(200), '"a b c d e f g"']) {
      const grams = gramsOf(searchTerms(typed));
      expect(grams.length).toBeGreaterThan(0);
      expect(grams.length).toBeLessThanOrEqual(48);
      expect(grams.filter((gram) => [...gram].length !== 3)).toEqual([]);
    }
  });

  it('takes a moment, whatever the text is made of', async () => {
    const nasty = ['a\u0301'.repeat(50_000), '\u0301'.repeat(100_000), '"'.repeat(100_000), '潮a'.repeat(50_000)];
    for (const content of nasty) {
      const { cpuMs } = await longestTurn(async () => {
        indexedText(content);
        finds(content, nasty[3]!.slice(0, 200));
      });
      expect(cpuMs).toBeLessThan(1_000);
    }
  });
});
