import { describe, expect, it } from '@jest/globals';
import { PROVIDER_DEFAULTS } from '../../../../src/config/provider-defaults.js';
import {
  contextTokens,
  costUsd,
  isKnownModel,
  maxOutputTokens,
  tokenFamily,
} from '../../../../src/providers/tokens/models.js';

const million = { promptTokens: 1_000_000, completionTokens: 1_000_000, totalTokens: 2_000_000 };

describe('the model table', () => {
  it('knows the default model of every provider, with a price outside of peak hours', () => {
    const sunday = new Date('2026-11-22T02:00:00Z');
    for (const { model } of Object.values(PROVIDER_DEFAULTS)) {
      expect(isKnownModel(model)).toBe(true);
      expect(costUsd(model, million, sunday)).toBeGreaterThan(0);
    }
  });

  it('tells context windows, and nothing about unknown models', () => {
    expect(contextTokens('openai/gpt-oss-120b')).toBe(131_072);
    expect(maxOutputTokens('openai/gpt-oss-120b')).toBe(65_536);
    expect(contextTokens('deepseek-v4-flash')).toBeGreaterThan(1_000_000);
    expect(contextTokens('no-such-model')).toBeUndefined();
    expect(isKnownModel('llama-3.3-70b-versatile')).toBe(false);
    expect(isKnownModel('constructor')).toBe(false);
  });

  it.each([
    ['openai/gpt-oss-20b', 'gpt-oss'],
    ['deepseek-flash', 'thinking'],
    ['mistral-large-latest', 'plain'],
    ['some/gpt-oss-copy', 'gpt-oss'],
    ['qwen3:4b', 'thinking'],
    ['DeepSeek-R1-Distill', 'thinking'],
    ['llama-4', 'plain'],
  ])('%s is of the family %s', (model, family) => {
    expect(tokenFamily(model)).toBe(family);
  });
});

describe('what a request cost', () => {
  it('counts cached prompt tokens at their own price', () => {
    expect(costUsd('openai/gpt-oss-120b', million)).toBeCloseTo(0.75);
    expect(costUsd('openai/gpt-oss-120b', { ...million, cachedPromptTokens: 400_000 })).toBeCloseTo(0.72);
    expect(costUsd('mistral-small-latest', { ...million, cachedPromptTokens: 400_000 })).toBeCloseTo(0.75);
  });

  it('is not known for an unknown model or one without a price', () => {
    expect(costUsd('no-such-model', million)).toBeUndefined();
    expect(costUsd('groq/compound', million)).toBeUndefined();
  });

  it.each([
    ['2026-11-23T02:00:00Z', undefined],
    ['2026-11-23T04:00:00Z', 0.75],
    ['2026-11-27T09:59:00Z', undefined],
    ['2026-11-28T09:00:00Z', 0.75],
  ])("at %s is %s for DeepSeek: at peak it depends on a calendar we don't have", (at, cost) => {
    const result = costUsd('deepseek-flash', million, new Date(at));
    if (cost === undefined) expect(result).toBeUndefined();
    else expect(result).toBeCloseTo(cost);
  });
});
