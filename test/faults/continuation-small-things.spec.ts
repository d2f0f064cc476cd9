import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type InstructionMode, type Simulator } from '../../simulator/provider-simulator.js';
import { startRelay, type RunningRelay } from '../support/relay.js';
import { lastLines } from '../support/seam-matrix.js';
import { seams, visible } from '../support/seams.js';

/** Code, a list and letters with marks: every small thing has a place in it. */
const TEXT =
  'Ünïcödé tide tables, à la carte:\n\n```python\ndef tide(hour):\n    return 2.5 * math.cos(hour / 12.42)\n\nprint(tide(3))\n```\n\n- Below zero the harbour falls dry, être ou ne pas être.\n- Above two the square is under water.\n';

const MODES: InstructionMode[] = [
  'quote-after-line-end',
  'quote-after-space',
  'quote-after-ellipsis',
  'quote-after-mark',
  'quote-after-fence',
  'quote-in-other-form',
];

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
afterEach(() => simulator.configure({ instructionMode: 'exact', prefixEcho: 'exact' }));

/** Two lines, and long enough. */
const isRepeatedWhole = (lines: string) => lines.trimEnd().includes('\n') && lines.trimEnd().length >= 32;

describe('an answer that is continued with something small before the quotation', () => {
  it.each(MODES)('is whole at every token: %s', async (instructionMode) => {
    simulator.configure({ instructionMode });
    const found = (await seams(relay, simulator, TEXT)).filter(({ to }) => to === 'groq');
    expect(found.length).toBeGreaterThan(50);
    expect(visible(found, TEXT)).toEqual([]);
  });

  it('is whole where two lines of 32 characters and more are repeated, also behind a line end', async () => {
    simulator.configure({ instructionMode: 'repeat-lines' });
    const all = (await seams(relay, simulator, TEXT)).filter(({ to }) => to === 'groq');
    const found = all.filter(({ shown }) => isRepeatedWhole(lastLines(shown, 2)));
    expect(found.length).toBeGreaterThan(30);
    expect(found.some(({ shown }) => shown.endsWith('\n'))).toBe(true);
    expect(visible(found, TEXT)).toEqual([]);
  });
});

describe('an answer that begins with white space', () => {
  it('is whole at every token where Mistral repeats it without that', async () => {
    const mistral = await startRelay(simulator, { PROVIDERS: 'deepseek,mistral' });
    try {
      simulator.configure({ prefixEcho: 'without-first-blank' });
      const text = `\n\n# Tides\n\n${TEXT}`;
      const found = (await seams(mistral, simulator, text)).filter(({ to, shown }) => to === 'mistral' && shown.trim());
      expect(found.length).toBeGreaterThan(50);
      expect(visible(found, text)).toEqual([]);
    } finally {
      await mistral.close();
    }
  });
});
