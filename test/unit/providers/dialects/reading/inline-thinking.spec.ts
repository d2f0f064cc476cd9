import { describe, expect, it } from '@jest/globals';
import { InlineThinking } from '../../../../../src/providers/dialects/reading/inline-thinking.js';

/** What came out after each piece, and at the end. */
function reading() {
  const seen = { text: '', reasoning: '' };
  const thinking = new InlineThinking({
    text: (content) => (seen.text += content),
    reasoning: (content) => (seen.reasoning += content),
  });
  return { seen, thinking };
}

describe('white space before the answer', () => {
  it('is held back while thinking may still begin behind it', () => {
    const { seen, thinking } = reading();
    for (let i = 0; i < 256; i++) thinking.push('\n');
    expect(seen.text).toBe('');
    thinking.push('<think>Hm.</think>\n\nYes.');
    expect(seen).toEqual({ text: 'Yes.', reasoning: 'Hm.' });
  });

  it.each([1, 7, 1000])('is text from the 257th character on, in pieces of %i', (size) => {
    const { seen, thinking } = reading();
    const all = `${' '.repeat(257)}<think>Hm.</think>`;
    for (let at = 0; at < all.length; at += size) thinking.push(all.slice(at, at + size));
    expect(seen).toEqual({ text: all, reasoning: '' });
  });

  it('is passed on without an end in time that grows with its length only', () => {
    const { seen, thinking } = reading();
    const from = performance.now();
    for (let i = 0; i < 200_000; i++) thinking.push('\n');
    expect(seen.text.length).toBe(200_000);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
