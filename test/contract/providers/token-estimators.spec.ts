import { afterAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { WordsEstimator } from '../../../docs/examples/words.estimator.js';
import { TOKEN_ESTIMATOR } from '../../../src/providers/tokens/o200k.estimator.js';
import { TokenEstimator } from '../../../src/providers/tokens/token-estimator.js';
import { longestTurn } from '../../support/longest-turn.js';

const TEXTS = {
  'Chinese characters': String.fromCodePoint(
    ...Array.from({ length: 32_000 }, (_, i) => 0x4e00 + ((i * 7919) % 20_000)),
  ),
  'one letter': 'a'.repeat(32_000),
  emoji: '👩‍👩‍👧😀'.repeat(3200),
  spaces: ' '.repeat(32_000),
  'control tokens': '<|endoftext|>'.repeat(2400),
  'lone surrogates': '\ud83d'.repeat(32_000),
};

describe.each([
  ['the default', TOKEN_ESTIMATOR],
  ["docs/examples' WordsEstimator", { provide: TokenEstimator, useClass: WordsEstimator }],
])('a token estimator: %s', (_, binding) => {
  const app = Test.createTestingModule({ providers: [binding] }).compile();
  const estimator = async (): Promise<TokenEstimator> => (await app).get(TokenEstimator);
  afterAll(async () => (await app).close());

  it('counts whole tokens, more for more text, none for none', async () => {
    const estimates = await estimator();
    const short = await estimates.estimateCompletion('Good morning.', 'plain');
    const long = await estimates.estimateCompletion('Good morning. '.repeat(100), 'plain');
    expect(await estimates.estimateCompletion('', 'gpt-oss')).toBe(0);
    expect(Number.isInteger(short) && Number.isInteger(long)).toBe(true);
    expect(long).toBeGreaterThan(short * 20);
  });

  it('counts a prompt by its messages and what the chat template adds', async () => {
    const estimates = await estimator();
    const content = 'How do tides work?';
    const once = await estimates.estimatePrompt([{ role: 'user', content }], 'plain');
    const twice = await estimates.estimatePrompt(
      [
        { role: 'system', content },
        { role: 'user', content },
      ],
      'plain',
    );
    expect(once).toBeGreaterThanOrEqual(5);
    expect(twice).toBeGreaterThan(once);
  });

  it.each(Object.entries(TEXTS))(
    'keeps its thread for no more than 50 ms at a time with 32,000 units of %s',
    async (__, text) => {
      const estimates = await estimator();
      const { result, cpuMs } = await longestTurn(() =>
        Promise.all(Array.from({ length: 3 }, () => estimates.estimateCompletion(text, 'plain'))),
      );
      expect(result[0]).toBeGreaterThan(0);
      expect(cpuMs).toBeLessThan(50);
    },
  );
});
