import { describe, expect, it } from '@jest/globals';
import { titleOf } from '../../../src/history/session-title.js';

describe('titleOf', () => {
  it('is the question on one line', () => {
    expect(titleOf('  Why is\n\nthe sky \t blue? ')).toBe('Why is the sky blue?');
  });

  it('is cut to 60 characters, the last of which says so', () => {
    const title = titleOf('word '.repeat(40));
    expect([...title].length).toBeLessThanOrEqual(60);
    expect(title).toMatch(/word…$/);
  });

  it('keeps 60 characters whole, and never halves a surrogate pair', () => {
    expect(titleOf('😀'.repeat(60))).toBe('😀'.repeat(60));
    expect(titleOf('😀'.repeat(61))).toBe(`${'😀'.repeat(59)}…`);
  });
});
