import { describe, expect, it } from '@jest/globals';
import { tokenize } from '../../../../../simulator/answers/tokenize.js';
import { continueByInstruction } from '../../../../../src/providers/dialects/continuation/by-instruction.js';
import { PATTERNED } from '../../../../support/patterned-texts.js';
import { BEGINNING_NAMES, BEGINNINGS, readings, type Beginning } from '../../../../support/readings.js';

interface Cut {
  shown: string;
  rest: string;
  /** Whether a provider breaks off there: between two of its tokens. */
  atToken: boolean;
}

/** A text cut behind every token, and behind every third code point. */
function cuts(text: string): Cut[] {
  const tokenEnds = new Set<number>();
  for (let end = 0, tokens = tokenize(text), index = 0; index < tokens.length; index++)
    tokenEnds.add((end += tokens[index]!.length));
  const list: Cut[] = [];
  let at = 0;
  for (const codePoint of text) {
    at += codePoint.length;
    const shown = text.slice(0, at);
    if (shown.trim() !== '' && at < text.length) list.push({ shown, rest: text.slice(at), atToken: tokenEnds.has(at) });
  }
  return list;
}

/** What readers get behind what was shown, from a continuation that comes in these pieces. */
function added(shown: string, pieces: Iterable<string>): string {
  const filter = continueByInstruction(shown).filter;
  let text = '';
  for (const piece of pieces) text += filter.push(piece);
  return text + filter.end();
}

/** However it is cut into pieces. */
function addedAnyhow(shown: string, continuation: string): string[] {
  return [...new Set([[continuation], continuation, tokenize(continuation)].map((pieces) => added(shown, pieces)))];
}

/** What the seams of a text come to that can be read in one way only. */
function wrongOf(text: string, beginning: Beginning): object[] {
  return cuts(text).flatMap(({ shown, rest }) => {
    const repeated = BEGINNINGS[beginning](shown);
    const meanings = readings(shown, repeated + rest);
    if (meanings.length !== 1 || meanings[0] !== repeated) return [];
    const results = addedAnyhow(shown, repeated + rest);
    return results.length === 1 && results[0] === rest ? [] : [{ shown, repeated, results }];
  });
}

const TEXTS = Object.entries(PATTERNED);

describe('a text that goes on as it began', () => {
  it.each(TEXTS)('is exact at every cut that can be read in one way only: %s', (_, text) => {
    for (const beginning of BEGINNING_NAMES) expect(wrongOf(text, beginning)).toEqual([]);
  });

  it.each(TEXTS)('is exact at every cut where the quotation that was asked for is repeated: %s', (_, text) => {
    for (const { shown, rest } of cuts(text))
      expect(addedAnyhow(shown, BEGINNINGS['repeat-quote'](shown) + rest)).toEqual([rest]);
  });

  it.each(TEXTS)('has nothing left out elsewhere but what a provider may have meant to repeat: %s', (_, text) => {
    for (const { shown, rest } of cuts(text)) {
      for (const beginning of BEGINNING_NAMES) {
        const continuation = BEGINNINGS[beginning](shown) + rest;
        const meant = readings(shown, continuation).map((repeated) => continuation.slice(repeated.length));
        for (const result of addedAnyhow(shown, continuation)) expect(meant).toContain(result);
      }
    }
  });
});

describe('bytes with two meanings', () => {
  it.each([
    ['a ruler that goes on for as long as the quotation', '-'.repeat(40), '-'.repeat(60), '-'.repeat(28)],
    ['a row repeated for the first time, where it was all that was shown', '| a | b |\n', '| a | b |\nend', 'end'],
    ['three words that the quotation could begin with', 'Ha '.repeat(20), 'Ha '.repeat(14), 'Ha '.repeat(14)],
    [
      'three words in lines of three words',
      'la la la\n'.repeat(5),
      'la la la\nla la la\nend',
      'la la la\nla la la\nend',
    ],
  ])('are read as asked for, else as going on: %s', (_, shown, continuation, rest) => {
    expect(readings(shown, continuation).length).toBeGreaterThan(rest === 'end' ? 0 : 1);
    expect(addedAnyhow(shown, continuation)).toEqual([rest]);
  });

  it('are few where a provider breaks off between two tokens of an ordinary table or list and the next goes on', () => {
    const ordinary = TEXTS.filter(([name]) => /^(a table|a list|a nested|a checklist|similar|loops|json)/.test(name));
    const all = ordinary.flatMap(([, text]) => cuts(text).filter(({ atToken }) => atToken));
    const wrong = all.filter(({ shown, rest }) => added(shown, [rest]) !== rest);
    expect(all.length).toBeGreaterThan(1_000);
    expect(wrong.length / all.length).toBeLessThan(0.07);
  });
});

describe('holding back', () => {
  it('ends within one row where the text goes on exactly, however much of it there is', () => {
    const row = '| alpha | 0 | nothing to say about it |\n';
    const whole = row.repeat(1_001);
    for (let left = row.length; left > 0; left--) {
      const filter = continueByInstruction(whole.slice(0, -left - row.length)).filter;
      const continuation = [...whole.slice(-left - row.length)];
      const first = continuation.findIndex((character) => filter.push(character) !== '');
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first).toBeLessThan(row.length);
    }
  });
});
