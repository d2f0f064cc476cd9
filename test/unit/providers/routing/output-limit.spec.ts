import { describe, expect, it } from '@jest/globals';
import { OutputLimit } from '../../../../src/providers/routing/output-limit.js';
import { TokenEstimator } from '../../../../src/providers/tokens/token-estimator.js';

class Counter extends TokenEstimator {
  counts = 0;

  constructor(private readonly count: (text: string) => Promise<number>) {
    super();
  }

  estimatePrompt(): Promise<number> {
    return Promise.resolve(0);
  }

  estimateCompletion(text: string): Promise<number> {
    this.counts++;
    return this.count(text);
  }
}

const byCharacter = () => new Counter((text) => Promise.resolve(text.length));

describe('OutputLimit', () => {
  it('is what was asked for minus what was shown, never below zero', async () => {
    const limit = new OutputLimit(10, byCharacter());
    expect([await limit.left(''), await limit.left('abcd'), await limit.left('abcdefghijklm')]).toEqual([10, 6, 0]);
  });

  it('is undefined where none was asked for', async () => {
    expect(await new OutputLimit(undefined, byCharacter()).left('abc')).toBeUndefined();
  });

  it('counts a text once', async () => {
    const counter = byCharacter();
    const limit = new OutputLimit(10, counter);
    for (let n = 0; n < 5; n++) await limit.left('abcd');
    expect(counter.counts).toBe(1);
  });

  it('estimates by length where the count fails or takes long', async () => {
    for (const broken of [() => Promise.reject(new Error('no thread')), () => new Promise<number>(() => undefined)])
      expect(await new OutputLimit(10, new Counter(broken)).left('abcdefgh')).toBe(8);
  });
});
