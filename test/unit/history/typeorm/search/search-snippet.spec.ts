import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { snippetOf } from '../../../../../src/history/typeorm/search/search-snippet.js';
import { searched, searchTerms } from '../../../../../src/history/typeorm/search/search-text.js';

const snippet = (content: string, typed: string) => snippetOf(content, searched(content), searchTerms(typed));

const LONG = Array.from({ length: 200 }, (_, n) => `word${n}`).join(' ');

describe('a snippet', () => {
  it('is the whole text where that is short, on one line', () => {
    expect(snippet('The  tide\n\nrises.\n', 'tide')).toBe('The tide rises.');
  });

  it('is cut around the hit, from the beginning of a word on, with a mark where something is left out', () => {
    expect(snippet(LONG, 'word100')).toMatch(/^…word9\d .*word99 word100 word101 .*…$/);
    expect(snippet(LONG, 'word0')).toMatch(/^word0 word1 .*…$/);
    expect(snippet(LONG, 'word199')).toMatch(/^…word19\d .*word198 word199$/);
  });

  it('is the beginning where nothing of it occurs', () => {
    expect(snippet(LONG, 'nowhere')).toMatch(/^word0 .*…$/);
    expect(snippet('', 'nowhere')).toBe('');
  });

  it('finds its place where letters are longer or shorter than what they are compared by', () => {
    const content = `${'ﬃ é e\u0301 '.repeat(100)}here is the tide${' x'.repeat(200)}`;
    expect(snippet(content, 'TIDE')).toContain('here is the tide');
  });

  it('shows the hit, in at most 160 units of whole characters', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '潮', '🦀', 'é', 'e\u0301', '👩‍👩‍👧');
    const text = fc.string({ unit, maxLength: 400 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 20 }), (before, after, times) => {
        // Long texts are folded piece by piece.
        const shown = snippet(`${before.repeat(times)} needle ${after}`, 'needle');
        expect(shown).toContain('needle');
        expect(shown.length).toBeLessThanOrEqual(160);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\n\t]|  /);
        expect(shown.replaceAll('…', '')).toBe(shown.replaceAll('…', '').trim());
      }),
      { numRuns: 500 },
    );
  });
});
