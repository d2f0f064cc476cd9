import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type ProviderName, type Simulator } from '../../simulator/provider-simulator.js';
import { startRelay } from '../support/relay.js';
import { cutsOf, seams, TEXTS, visible } from '../support/seams.js';
import { LIVE_MODELS } from '../support/simulator.js';

let simulator: Simulator;
beforeAll(async () => (simulator = await startSimulator({ pace: 'instant', sameAnswer: true })));
afterAll(() => simulator.close());

/** A configured provider, and the one whose server an extra without a dialect of its own speaks to. */
const PAIRS: [ProviderName, ProviderName][] = [
  ['mistral', 'deepseek'],
  ['deepseek', 'groq'],
  ['groq', 'mistral'],
];

/** A model that doesn't think so may still speak of it. */
const TAGS = 'Models write:\n\n<think>\nHm.\n</think>\n\nand <think> or </think> anywhere.';

describe('an OpenAI-compatible server', () => {
  it.each(PAIRS)(
    'goes on after %s and is continued by it, at every token: at the server of %s',
    async (known, server) => {
      const relay = await startRelay(simulator, {
        EXTRA_PROVIDERS: 'my-llm',
        MY_LLM_BASE_URL: simulator[server].baseUrl,
        MY_LLM_MODEL: LIVE_MODELS[server],
        MY_LLM_API_KEY: 'test-key',
        PROVIDERS: `${known},my-llm`,
      });
      try {
        for (const text of [TEXTS['cjk']!, TEXTS['table and rules']!, TAGS]) {
          for (const instructionMode of ['exact', 'repeat-words', 'repeat-quote'] as const) {
            simulator.configure({ instructionMode });
            const found = await seams(relay, simulator, text);
            expect(visible(found, text)).toEqual([]);
            expect(found).toHaveLength(2 * cutsOf(text));
            expect(new Set(found.map(({ from, to }) => `${from} → ${to}`)).size).toBe(2);
          }
        }
      } finally {
        await relay.close();
      }
    },
  );
});
