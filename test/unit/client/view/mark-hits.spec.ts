import { describe, expect, it } from '@jest/globals';
import { hitsIn } from '../../../../client/src/view/mark-hits.js';

/** The text with its hits in brackets. */
const marked = (text: string, query: string): string =>
  hitsIn(text, query)
    .map((piece) => (piece.isHit ? `[${piece.text}]` : piece.text))
    .join('');

describe('hitsIn', () => {
  it.each([
    ['a hash map', 'hash', 'a [hash] map'],
    ['Rehash the HASH', 'hash', 'Re[hash] the [HASH]'],
    ['one two three', 'three one', '[one] two [three]'],
    ['one two three', '"two three"', 'one [two three]'],
    ['Café und Über', 'cafe uber', '[Café] und [Über]'],
    ['is it in it', 'it', 'is [it] in [it]'],
    ['with it', 'it', 'with [it]'],
    ['ﬁne ﬂow', 'fine', '[ﬁne] ﬂow'],
    ['潮汐是海水', '海水', '潮汐是[海水]'],
    ['👍 thumb 👍', 'thumb', '👍 [thumb] 👍'],
    ['<b>x</b>', '<b>', '[<b>]x</b>'],
    ['nothing', 'else', 'nothing'],
    ['nothing', '""', 'nothing'],
    ['', 'x', ''],
  ])('marks in %j what was looked for by %j', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });
});
