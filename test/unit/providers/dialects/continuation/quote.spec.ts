import { describe, expect, it } from '@jest/globals';
import { continuationInstruction, quoteOf } from '../../../../../src/providers/dialects/continuation/quote.js';

describe('the quotation in an instruction to continue', () => {
  it('is the last 32 code points, pairs kept whole', () => {
    expect(quoteOf(`x${'😀'.repeat(40)}`)).toBe('😀'.repeat(32));
    expect(quoteOf(`${'😀'.repeat(9)}${'a'.repeat(31)}`)).toBe(`😀${'a'.repeat(31)}`);
    expect(quoteOf('short')).toBe('short');
  });

  it('stands in the instruction as it is, and its marks stand there once', () => {
    const partial = 'Some text with "quotes"\n\tand a tab at its end\t';
    const instruction = continuationInstruction(partial);
    expect(instruction.endsWith(`<last-characters>${quoteOf(partial)}</last-characters>`)).toBe(true);
    expect(instruction.match(/[<>]/g)).toHaveLength(4);
  });
});
