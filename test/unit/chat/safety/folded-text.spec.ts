import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldedPieces, PIECE_CHARS } from '../../../../src/chat/safety/folded-text.js';

/** Letters that normal forms join, in all the ways in which they do. */
const ALPHABET = ['a', 'E', 'ß', 'ς', '\u0301', '\u0345', '\u200b', '\uff76', '\uff9e', '\u1112', '\u1161', '\u11ab'];
const MORE = ['\uac00', '\uffa1', '\uffc2', '\u0dd9', '\u0dcf', '😀', '𝔖', '\u{e0041}', 'ﬁ', ' ', '\ufb2c', 'İ'];

describe('a text that is folded in pieces', () => {
  it('is the same as one that is folded at once', () => {
    const tail = fc.array(fc.constantFrom(...ALPHABET, ...MORE), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tail, fc.integer({ min: 0, max: 60 }), (letters, before) => {
        // The letters lie across the place where the first piece ends.
        const text = `${'x'.repeat(PIECE_CHARS - before)}${letters.join('')}${'y'.repeat(PIECE_CHARS)}`;
        expect([...foldedPieces(text)].join('')).toBe(fold(text));
      }),
      { numRuns: 300 },
    );
  });

  it('comes in pieces of bounded length, whatever it is made of', () => {
    for (const letter of ['a', '\u0301', '\u200b', '\u1161', '😀', 'ﷺ']) {
      for (const piece of foldedPieces(letter.repeat(5 * PIECE_CHARS)))
        expect(piece.length).toBeLessThanOrEqual(40 * PIECE_CHARS);
    }
  });
});
