import { describe, expect, it } from '@jest/globals';
import { groq } from '../../../../../src/providers/dialects/groq.js';
import { mistral } from '../../../../../src/providers/dialects/mistral.js';

/** Four times the text may cost this many times the CPU time: twice what a linear filter needs. */
const MOST = 8;

const DIALECTS = { groq, mistral };

const TEXTS: Readonly<Record<string, (length: number) => string>> = {
  words: (length) =>
    Array.from({ length: length / 8 }, (_, index) => `w${index.toString(36)}`.padEnd(7, 'x') + ' ').join(''),
  'one letter': (length) => 'a'.repeat(length),
  rows: (length) => '| alpha | 0 |\n'.repeat(length / 14),
  'white space': (length) => `a${' \n'.repeat(length / 2)}b`,
  'letters with marks': (length) => 'é'.normalize('NFD').repeat(length / 2),
};

/** How the provider goes on, given what was shown. */
const SAYS: Readonly<Record<string, (shown: string) => string>> = {
  'repeats all of it': (shown) => `${shown}the end`,
  'repeats all of it but the last letter': (shown) => `${shown.trimEnd().slice(0, -1)}?the end`,
  'repeats all of it in another form': (shown) => `${shown.normalize('NFC')}the end`,
  'sends white space': (shown) => ' '.repeat(shown.length),
};

/** CPU milliseconds to join what comes in pieces of this size. */
function cost(dialect: keyof typeof DIALECTS, shown: string, said: string, size: number): number {
  const from = process.cpuUsage();
  const { filter } = DIALECTS[dialect].continuation(shown);
  for (let at = 0; at < said.length; at += size) filter.push(said.slice(at, at + size));
  filter.end();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}

describe('joining a long continuation costs time that grows with its length only', () => {
  const cases = Object.keys(TEXTS).flatMap((text) => Object.keys(SAYS).map((says) => [text, says] as const));

  it.each(cases)('%s, where the provider %s', (text, says) => {
    for (const dialect of ['groq', 'mistral'] as const) {
      for (const size of text === 'words' ? [1, 4] : [1]) {
        const [short, long] = [50_000, 200_000].map((length) => {
          const shown = TEXTS[text]!(length);
          return cost(dialect, shown, SAYS[says]!(shown), size);
        });
        // Below a second there is nothing to compare: what grows with the square takes many.
        expect(long!).toBeLessThan(Math.max(MOST * short!, 1_000));
      }
    }
  });
});
