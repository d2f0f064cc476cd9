import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readUsage, usageBound } from '../../../../../src/providers/dialects/reading/usage.js';

const BOUND = usageBound({ messages: [{ role: 'user', content: 'Hello?' }], maxTokens: 4_096 });

describe('reported usage', () => {
  it.each([1e308, 1e15, 5_000_000, -1, 0.5, NaN, Infinity, '7', null, 2 ** 53])(
    'is not believed where a figure is %p',
    (figure) => {
      expect(readUsage({ prompt_tokens: figure, completion_tokens: 2 }, BOUND)).toBeUndefined();
      expect(readUsage({ prompt_tokens: 3, completion_tokens: figure }, BOUND)).toBeUndefined();
    },
  );

  it('is not believed where only the total is beyond what can have been said', () => {
    expect(readUsage({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 1e12 }, BOUND)).toBeUndefined();
  });

  it('is never more in the cache than in the prompt', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 500 } };
    expect(readUsage(usage, BOUND)).toEqual({
      promptTokens: 3,
      completionTokens: 2,
      totalTokens: 5,
      cachedPromptTokens: 3,
    });
  });

  it('may be far more than what was sent: images, tools of the provider, hidden thinking', () => {
    expect(readUsage({ prompt_tokens: 200_000, completion_tokens: 100_000 }, BOUND)).toMatchObject({
      totalTokens: 300_000,
    });
  });

  it('has whole figures that add up, whatever is sent', () => {
    const figure = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.nat(10_000), fc.constant(undefined));
    fc.assert(
      fc.property(figure, figure, figure, (prompt, completion, total) => {
        const sent = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total };
        const usage = readUsage(sent, BOUND);
        if (usage === undefined) return true;
        const { promptTokens, completionTokens, totalTokens } = usage;
        const counts = [promptTokens, completionTokens, totalTokens];
        return (
          counts.every((n) => Number.isSafeInteger(n) && n >= 0) && promptTokens + completionTokens === totalTokens
        );
      }),
    );
  });
});
