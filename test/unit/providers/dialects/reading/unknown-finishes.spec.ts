import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { UnknownFinishes } from '../../../../../src/providers/dialects/reading/unknown-finishes.js';

describe('a finish reason that is not known', () => {
  let logged: unknown[] = [];
  beforeEach(() => {
    logged = [];
    const ignore = (): void => undefined;
    Logger.overrideLogger({ log: ignore, error: ignore, warn: (line: unknown) => void logged.push(line) });
  });
  afterEach(() => void Logger.overrideLogger(true));

  it('is logged once for each provider', () => {
    for (const provider of ['groq', 'my-llm']) {
      const finishes = new UnknownFinishes(provider);
      for (let i = 0; i < 3; i++) finishes.see('tidal_lock');
    }
    expect(logged).toEqual([
      { provider: 'groq', finish_reason: 'tidal_lock' },
      { provider: 'my-llm', finish_reason: 'tidal_lock' },
    ]);
  });

  it('is not repeated where it does not look like a code, and never fills the log', () => {
    const finishes = new UnknownFinishes('groq');
    finishes.see('my secret words');
    for (let i = 0; i < 1_000; i++) finishes.see(`word_${i}`);
    expect(JSON.stringify(logged)).not.toContain('secret');
    expect(logged.length).toBeLessThan(50);
  });
});
