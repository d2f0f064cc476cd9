import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type InstructionMode, type Simulator } from '../../simulator/provider-simulator.js';
import { startRelay, type RunningRelay } from '../support/relay.js';
import { PATTERNED } from '../support/patterned-texts.js';
import { BEGINNING_NAMES, BEGINNINGS, readings } from '../support/readings.js';
import { seams, TEXTS, type Seam } from '../support/seams.js';

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

/** Some of each kind: the others are joined without HTTP in the unit tests. */
const PATTERNS = [
  'a table of equal rows',
  'a table in which one row differs',
  'a list of equal items',
  'nothing but laughter',
  'a song',
  'equal lines of code',
  'loops',
  'a CJK phrase',
  'rows of emoji',
];

describe('an answer that goes on as it began', () => {
  it.each(PATTERNS)('is exact wherever the bytes of the next one have one meaning: %s', async (name) => {
    const text = PATTERNED[name]!;
    for (const beginning of BEGINNING_NAMES) {
      for (const { shown, answer } of await wordedSeams(text, beginning)) {
        const repeated = BEGINNINGS[beginning](shown);
        const continuation = repeated + text.slice(shown.length);
        const meanings = readings(shown, continuation);
        const exact = beginning === 'repeat-quote' || (meanings.length === 1 && meanings[0] === repeated);
        // Elsewhere nothing shown is lost, and nothing left out but what a provider may have meant to repeat.
        const wholes = exact ? [text] : meanings.map((meant) => shown + continuation.slice(meant.length));
        expect(wholes).toContain(answer.text);
      }
    }
  });
});
