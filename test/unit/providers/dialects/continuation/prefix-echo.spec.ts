import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mistral } from '../../../../../src/providers/dialects/mistral.js';

/** What a reader has at the end, after Mistral's answer in pieces of these sizes. */
function joined(partial: string, answer: string, size: number): string {
  const { filter } = mistral.continuation(partial);
  let text = partial;
  for (let at = 0; at < answer.length; at += size) text += filter.push(answer.slice(at, at + size));
  return text + filter.end();
}

const words = fc.stringMatching(/^[a-c \n]{1,30}$/);

describe("Mistral's repeated prefix", () => {
  it('is sent without white space at its end, marked as a prefix', () => {
    expect(mistral.continuation('The tide \n').turns).toEqual([
      { role: 'assistant', content: 'The tide', prefix: true },
    ]);
  });

  it.each<[string, (prefix: string) => string]>([
    ['repeated', (prefix) => prefix],
    ['not repeated', () => ''],
  ])('leaves the answer exact where it is %s', (kind, echo) => {
    fc.assert(
      fc.property(words, words, fc.integer({ min: 1, max: 5 }), (shown, rest, size) => {
        const whole = shown + rest;
        const prefix = shown.trimEnd();
        fc.pre(prefix !== '');
        const answer = whole.slice(prefix.length);
        // Without a repetition, an answer that happens to begin like the prefix can't be told from one, whatever white
        // space stands before it.
        fc.pre(kind === 'repeated' || !answer.trimStart().startsWith(prefix.trimStart()));
        expect(joined(shown, echo(prefix) + answer, size)).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('is passed on where the answer ends before it is clear', () => {
    expect(joined('The tide', ' The', 1)).toBe('The tide The');
    expect(joined('The tide', 'The t', 2)).toBe('The tideThe t');
  });

  it('is taken off also where white space was shown after it', () => {
    expect(joined('Low tide:\n', 'Low tide:\n\n- noon', 3)).toBe('Low tide:\n\n- noon');
    expect(joined('Low tide: ', 'Low tide: noon', 3)).toBe('Low tide: noon');
    expect(joined('Low tide:\n\n', 'Low tide: noon', 3)).toBe('Low tide:\n\n noon');
  });
});
