import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { startRelay, type RunningRelay } from '../support/relay.js';
import { cutsOf, seams, TEXTS, visible } from '../support/seams.js';

/** In each order every provider is followed by one other; together they make every ordered pair. */
const ORDERS = ['groq,mistral,deepseek', 'deepseek,mistral,groq'];

/** Other ways in which Groq, asked in words, and Mistral, asked by a prefix, may continue and still be faithful. */
const REPETITIONS = [
  { instructionMode: 'repeat-words', prefixEcho: 'trimmed' },
  { instructionMode: 'repeat-quote', prefixEcho: 'none' },
] as const;

let simulator: Simulator;
let allPairs: RunningRelay[];
let groqAndMistral: RunningRelay;

beforeAll(async () => {
  simulator = await startSimulator({ pace: 'instant', sameAnswer: true });
  allPairs = await Promise.all(ORDERS.map((order) => startRelay(simulator, { PROVIDERS: order })));
  groqAndMistral = await startRelay(simulator, { PROVIDERS: 'groq,mistral' });
});
afterAll(async () => {
  await Promise.all([...allPairs, groqAndMistral].map((relay) => relay.close()));
  await simulator.close();
});
afterEach(() => simulator.configure({ instructionMode: 'exact', prefixEcho: 'exact', splitSurrogatePairs: false }));

describe('an answer that a provider breaks off', () => {
  it.each(Object.entries(TEXTS))('is whole at every token, whoever goes on after whom: %s', async (_, text) => {
    const pairs = new Set<string>();
    for (const relay of allPairs) {
      const found = await seams(relay, simulator, text);
      expect(visible(found, text)).toEqual([]);
      expect(found).toHaveLength(3 * cutsOf(text));
      for (const { from, to, shown, answer } of found) {
        expect(answer.attempts.map(({ started }) => started.reason)).toEqual(['selected', 'continued']);
        expect(shown).not.toBe('');
        expect(text.startsWith(shown)).toBe(true);
        pairs.add(`${from} → ${to}`);
      }
    }
    expect(pairs.size).toBe(6);
  });

  it.each(Object.entries(TEXTS))('is whole at every token, whatever is repeated first: %s', async (_, text) => {
    for (const settings of REPETITIONS) {
      simulator.configure(settings);
      expect(visible(await seams(groqAndMistral, simulator, text), text)).toEqual([]);
    }
  });

  it('is whole, and well-formed meanwhile, where the break halves a surrogate pair', async () => {
    const text = TEXTS['emoji']!;
    for (const settings of [{}, ...REPETITIONS]) {
      simulator.configure({ ...settings, splitSurrogatePairs: true });
      const found = await seams(groqAndMistral, simulator, text, cutsOf(text, true));
      expect(visible(found, text)).toEqual([]);
      expect(found.every(({ shown }) => shown.isWellFormed())).toBe(true);
    }
  });

  it('is whole where the one that goes on breaks off too', async () => {
    const text = TEXTS['table and rules']!;
    const cuts = cutsOf(text);
    const [relay] = allPairs;
    const order = [simulator.groq, simulator.mistral, simulator.deepseek];
    for (let cut = 1; cut <= cuts; cut++) {
      // The turn is the first one's again after each three answers, and passes on with every answer.
      const [first, second] = [order[(cut - 1) % 3]!, order[cut % 3]!];
      await simulator.clear();
      await first.fault({ kind: 'truncate', afterTokens: cut });
      await second.fault({ kind: 'finish', reason: 'error', afterTokens: (cut * 7) % cuts });
      relay!.forgive();
      const { text: whole, attempts } = await relay!.answer(`echo: ${text}`);
      expect(whole).toBe(text);
      expect(attempts.map(({ started }) => started.reason)).toEqual(['selected', 'continued', 'continued']);
    }
  });
});
