import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { textRuns } from '../../../../src/providers/tokens/text-sample.js';

const anyText = fc.string({
  unit: fc.constantFrom('a', 'é', ' ', '\n', '漢', '😀', '\ud83d', '\ude00'),
  maxLength: 2000,
});

describe('textRuns', () => {
  it('cuts any text into short runs that join to it and split no pair', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const runs = textRuns(text);
        expect(runs.join('')).toBe(text);
        for (const [at, run] of runs.entries()) {
          expect(run.length).toBeGreaterThan(0);
          expect(run.length).toBeLessThanOrEqual(256);
          expect(/[\ud800-\udbff]$/.test(run) && /^[\udc00-\udfff]/.test(runs[at + 1] ?? '')).toBe(false);
        }
      }),
    );
  });

  it('cuts no token of prose, so that the runs count as much as the whole', () => {
    const words = fc.array(
      fc.constantFrom('The', 'quick', 'brown', 'fox,', 'jumps', 'over;', '1234', 'dogs.\n\n', '`x`'),
      {
        minLength: 200,
        maxLength: 600,
      },
    );
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join(' ');
        const counted = textRuns(text).reduce((sum, run) => sum + countTokens(run), 0);
        expect(counted).toBe(countTokens(text));
      }),
      { numRuns: 30 },
    );
  });
});
