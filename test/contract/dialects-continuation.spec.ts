import { describe, expect, it } from '@jest/globals';
import { DIALECT_NAMES, useSimulatedDialects } from '../support/simulated-dialects.js';

const { ask, handle, configure } = useSimulatedDialects();

describe.each(DIALECT_NAMES)('%s continuing', (name) => {
  const modes =
    name === 'groq' ? (['exact', 'repeat-words', 'repeat-quote', 'start-over'] as const) : (['exact'] as const);
  const echoes = name === 'mistral' ? (['exact', 'trimmed', 'none'] as const) : (['exact'] as const);
  const ways = modes.flatMap((instructionMode) => echoes.map((prefixEcho) => ({ instructionMode, prefixEcho })));

  it.each(ways)('an answer cut at any place makes it whole: %j', async (way) => {
    configure({ ...way, reasoning: 'never' });
    const { text: whole, batches } = await ask(name);
    expect(batches.length).toBeGreaterThan(0);
    const codePoints = [...whole];
    const step = Math.max(1, Math.floor(codePoints.length / 120));
    // A single character shown can't be told from a repetition of the whole partial answer.
    for (let cut = 2; cut < codePoints.length; cut += step) {
      const partial = codePoints.slice(0, cut).join('');
      const { text, error, finish } = await ask(name, { partial });
      expect({ cut, whole: partial + text, error, finish }).toEqual({ cut, whole, error: undefined, finish: 'stop' });
    }
    const seen = handle(name).requests().at(-1);
    expect(seen?.continuation).toBe(name === 'groq' ? 'instruction' : 'prefix');
    if (name === 'deepseek') expect(seen?.path).toBe('/beta/chat/completions');
  });
});
