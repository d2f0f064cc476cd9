import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type InstructionMode, type Simulator } from '../../simulator/provider-simulator.js';
import { startRelay, type RunningRelay } from '../support/relay.js';
import { seams, SELF_REPEATING, TEXTS, type Seam } from '../support/seams.js';

let simulator: Simulator;
let relay: RunningRelay;

beforeAll(async () => {
  simulator = await startSimulator({ pace: 'instant', sameAnswer: true });
  relay = await startRelay(simulator, { PROVIDERS: 'deepseek,groq' });
});
afterAll(async () => {
  await relay.close();
  await simulator.close();
});

/** All seams at which Groq, which is asked in words, goes on in its own way. */
async function wordedSeams(text: string, instructionMode: InstructionMode): Promise<Seam[]> {
  simulator.configure({ instructionMode });
  return (await seams(relay, simulator, text)).filter(({ to }) => to === 'groq');
}

describe('an answer that goes on otherwise than it was begun', () => {
  it.each(['prose', 'cjk', 'list'])(
    'keeps what was shown, and of one that starts over only the rest: %s',
    async (name) => {
      const text = TEXTS[name]!;
      for (const { answer } of await wordedSeams(text, 'start-over')) expect(answer.text).toBe(text);
    },
  );

  it.each(['prose', 'cjk', 'list'])('keeps what was shown, and every word after it: %s', async (name) => {
    const text = TEXTS[name]!;
    for (const { shown, answer } of await wordedSeams(text, 'preamble')) {
      expect(answer.text).toBe(`${shown}Sure, continuing: ${text.slice(shown.length)}`);
    }
  });
});

describe('an answer that repeats itself', () => {
  it.each(Object.entries(SELF_REPEATING))('is exact where the quotation is repeated as asked: %s', async (_, text) => {
    for (const { answer } of await wordedSeams(text, 'repeat-quote')) expect(answer.text).toBe(text);
  });

  it('is exact where the next one goes on laughing without a repetition', async () => {
    const text = `Ha! ${'ha '.repeat(30)}ha.`;
    for (const { answer } of await wordedSeams(text, 'exact')) expect(answer.text).toBe(text);
  });

  it.each(Object.entries(SELF_REPEATING))(
    'loses nothing shown, and nothing that is no repetition: %s',
    async (_, text) => {
      for (const mode of ['exact', 'repeat-words'] as const) {
        for (const { shown, answer } of await wordedSeams(text, mode)) {
          const added = answer.text.slice(shown.length);
          expect(answer.text.startsWith(shown)).toBe(true);
          // What was left out was taken for a repetition, so it must stand at the end of what was shown.
          const leftOut = text.length - answer.text.length;
          expect(leftOut <= 0 || shown.endsWith(text.slice(shown.length, shown.length + leftOut))).toBe(true);
          expect((text + text).endsWith(added)).toBe(true);
        }
      }
    },
  );
});
