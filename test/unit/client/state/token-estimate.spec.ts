import { describe, expect, it } from '@jest/globals';
import { estimateTokens } from '../../../../client/src/state/token-estimate.js';

describe('estimateTokens', () => {
  it.each([
    ['', 0],
    ['The quick brown fox jumps over the lazy dog.', 10],
    ['漢字かな交じり文', 8],
    ['internationalization', 4],
    ['a = b + 1;', 6],
    ['snake_case_name, déjà‑vu', 7],
    ['Наполеон 漢字かな mit Wörtern', 9],
    ['👍 ok', 2],
  ])('counts "%s" as about %d', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });
});
