import { describe, expect, it } from '@jest/globals';
import { continueByInstruction } from '../../../../../src/providers/dialects/continuation/by-instruction.js';

describe('joining a continuation to a long text', () => {
  it.each(['ha ha\n', 'x', '潮汐', 'and more words of it, '])('takes no time worth mentioning: %j', (unit) => {
    const startedAt = performance.now();
    const filter = continueByInstruction(unit.repeat(200_000)).filter;
    for (let piece = 0; piece < 100; piece++) filter.push(unit);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
