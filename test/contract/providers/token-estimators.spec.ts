import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { WordsEstimator } from '../../../docs/examples/words.estimator.js';
import { TOKEN_ESTIMATOR } from '../../../src/providers/tokens/o200k.estimator.js';
import { TokenEstimator } from '../../../src/providers/tokens/token-estimator.js';

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

  it.each(Object.entries(TEXTS))('delays nothing by more than 50 ms with 32,000 units of %s', async (__, text) => {
    const estimates = await estimator();
    const delays: number[] = [];
    while (delays.length < 5 && !delays.some((delay) => delay < 50)) {
      // Another text each time: a tokenizer remembers the pieces that it has seen.
      const part = text.slice(delays.length * 7);
      delays.push(await longestDelay(() => estimates.estimateCompletion(part, 'plain')));
    }
    expect(Math.min(...delays)).toBeLessThan(50);
  });
});

/**
 * How long, in ms, anything else had to wait while three estimates were made. A busy machine makes everyone wait at
 * times; what blocks does so each time, hence the best of some tries above.
 */
async function longestDelay(estimate: () => Promise<number>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // The monitor compares one of its turns with the next: it needs one before and one after.
  await pause(20);
  const tokens = await Promise.all([estimate(), estimate(), estimate()]);
  await pause(20);
  delay.disable();
  expect(tokens[0]).toBeGreaterThan(0);
  return delay.max / 1e6;
}
