import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continueByInstruction } from '../../../../../src/providers/dialects/continuation/by-instruction.js';
import { quoteOf } from '../../../../../src/providers/dialects/continuation/quote.js';

/** What a reader has at the end, the continuation arriving in pieces of this size. */
function joined(partial: string, continuation: string, pieceSize = continuation.length): string {
  const filter = continueByInstruction(partial).filter;
  const codePoints = [...continuation];
  let text = partial;
  for (let at = 0; at < codePoints.length; at += Math.max(1, pieceSize)) {
    text += filter.push(codePoints.slice(at, at + pieceSize).join(''));
  }
  return text + filter.end();
}

function lastWords(text: string, count: number): string {
  const words = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].filter((part) => part.isWordLike);
  return text.slice(words.at(-count)?.index ?? 0);
}

/** Texts in which no two words are the same, so that nothing but a repetition looks like one; no block is opened twice. */
const text = fc
  .array(fc.constantFrom(' ', ', ', '\n\n', '. ', '\n- **', '** ', ' `', '` ', '\n```\n', '；', ' 😀 ', ' — '), {
    minLength: 3,
    maxLength: 40,
  })
  .map((gaps) => gaps.map((gap, index) => `${WORDS[index % WORDS.length] ?? ''}${index}${gap}`).join(''));
const WORDS = ['tide', 'Mond', 'marée', 'море', 'tsunami', 'écume', 'Küste', 'harbour', 'wave𝒜'];
const cut = fc.nat();
const size = fc.integer({ min: 1, max: 9 });

function cutAt(whole: string, at: number): [string, string] {
  const codePoints = [...whole];
  const position = 1 + (at % Math.max(1, codePoints.length - 1));
  return [codePoints.slice(0, position).join(''), codePoints.slice(position).join('')];
}

describe('joining a continuation to what was shown', () => {
  it.each<[string, (partial: string) => string]>([
    ['goes on exactly', () => ''],
    ['repeats the last three words', (partial) => lastWords(partial, 3)],
    ['repeats the quotation', quoteOf],
    ['starts over', (partial) => partial],
  ])('is exact where the provider %s', (_, repeated) => {
    fc.assert(
      fc.property(text, cut, size, (whole, at, pieces) => {
        const [partial, rest] = cutAt(whole, at);
        expect(joined(partial, repeated(partial) + rest, pieces)).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('neither loses nor rewrites a character of any continuation that repeats nothing', () => {
    fc.assert(
      fc.property(text, cut, size, (whole, at, pieces) => {
        const [partial, rest] = cutAt(whole, at);
        expect(joined(partial, `Sure, continuing: ${rest}`, pieces)).toBe(`${partial}Sure, continuing: ${rest}`);
      }),
    );
  });

  it('is exact in a repetitive list and table, at every cut, for a provider that goes on exactly', () => {
    const whole =
      '| day | tide |\n| --- | --- |\n| mon | low |\n| tue | low |\n\n- low\n- low\n- low\n- high\n```\nx\n```\n';
    // A single character shown is the whole partial answer, and taken for a repetition by DESIGN's rule.
    for (let at = 2; at < whole.length; at++) expect(joined(whole.slice(0, at), whole.slice(at), 3)).toBe(whole);
  });

  it('is exact in CJK, where words have no spaces, at every cut', () => {
    const whole =
      '潮汐是由月球和太阳的引力引起的海水周期性涨落现象。満潮と干潮は一日に二回ずつ起こります。😊조수는 달의 인력 때문에 생깁니다.';
    const codePoints = [...whole];
    for (let at = 2; at < codePoints.length; at++) {
      const partial = codePoints.slice(0, at).join('');
      const rest = codePoints.slice(at).join('');
      for (const repeated of ['', lastWords(partial, 3), quoteOf(partial)]) {
        expect(joined(partial, repeated + rest, 2)).toBe(whole);
      }
    }
  });
});

describe('three words to whom white space parts words', () => {
  const lastRuns = (partial: string) => partial.slice([...partial.matchAll(/\S+/g)].at(-3)?.index ?? 0);
  const counts = (repeated: string) => {
    const words = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(repeated)];
    return words.filter(({ isWordLike }) => isWordLike).length > 1 || [...repeated.trimEnd()].length >= 12;
  };

  it.each([
    ['a row of a table', '| day | high tide | low | note | moon |'],
    ['a line of code', "const ebb = tides(25066, 'spring') ?? flood => flood + 1;"],
    ['emoji', 'Wave 🌊 and moon 🌕 now: 👩‍👩‍👧‍👦 watch flags 🏳️‍🌈 – yes – fly high.'],
  ])('are a repetition in %s, where they hold enough', (_, whole) => {
    const codePoints = [...whole];
    let tried = 0;
    for (let at = 2; at < codePoints.length; at++) {
      const partial = codePoints.slice(0, at).join('');
      const repeated = lastRuns(partial);
      if (!counts(repeated)) continue;
      tried++;
      expect(joined(partial, repeated + codePoints.slice(at).join(''), 3)).toBe(whole);
    }
    expect(tried).toBeGreaterThan(15);
  });

  it('are none where the next row of a list may begin like that', () => {
    const whole = 'Tides:\n- low tide\n- low tide\n- high tide\n- high tide\nend';
    for (let at = 2; at < whole.length; at++) expect(joined(whole.slice(0, at), whole.slice(at), 3)).toBe(whole);
  });
});

describe('a text that repeats itself', () => {
  const whole = '- low tide\n'.repeat(12);

  it('is exact at every cut where the quotation that was asked for is repeated', () => {
    for (let at = 1; at < whole.length; at++) {
      const partial = whole.slice(0, at);
      // Where less than the quotation is left, going on and repeating look the same at the end of the text.
      if (whole.length - at < quoteOf(partial).length || at < 33) continue;
      expect(joined(partial, quoteOf(partial) + whole.slice(at), 5)).toBe(whole);
    }
  });
});

describe('what counts as a repetition', () => {
  const partial = 'The moon pulls the water, and the water follows the moon.';

  it.each([
    ['24 characters, from the middle of a word', 'nd the water follows the moon. Twice', ' Twice'],
    ['two words', 'the moon. Twice', ' Twice'],
    ['12 characters from the beginning of a word', 'follows the moon. Twice', ' Twice'],
    ['the whole text', `${partial} Twice`, ' Twice'],
  ])('%s', (_, continuation, rest) => {
    expect(joined(partial, continuation, 4)).toBe(partial + rest);
  });

  it.each([
    ['one short word', 'moon. Twice'],
    ['the end of a word', 'oon. Twice'],
    ['something that only begins like the text', 'The moon pulls the sand'],
    ['something from the middle', 'and the water rises'],
  ])('not %s', (_, continuation) => {
    expect(joined(partial, continuation, 4)).toBe(partial + continuation);
  });

  it('is many characters over a line end, wherever it begins and whatever pattern the text ends in', () => {
    const block = '```json\n{ "tide": "low", "hour": 6 }\n{ "tide": "high", "hour": 12 }\n```';
    const shown = `Twice a day:\n\n${block}`;
    for (const repeated of [block, shown.slice(shown.indexOf(' "low"'))])
      expect(joined(shown, `${repeated}\n\nThen again.`, 3)).toBe(`${shown}\n\nThen again.`);
    expect(joined(shown, '\n\nThen again.', 3)).toBe(`${shown}\n\nThen again.`);
    expect(joined('Fences of ```', '``` and more', 3)).toBe('Fences of `````` and more');
  });

  it('still does with the white space at its end changed', () => {
    expect(joined('low tide at noon\n\n', 'tide at noon\n- then', 3)).toBe('low tide at noon\n\n- then');
    expect(joined('low tide at noon ', 'low tide at noon', 3)).toBe('low tide at noon ');
  });
});

describe('holding back', () => {
  it('lasts only as long as the text may still be a repetition', () => {
    const filter = continueByInstruction('Ebb and flow of the tide').filter;
    expect(filter.push('of the')).toBe('');
    expect(filter.push(' moon')).toBe('of the moon');
    expect(filter.push(' of the tide')).toBe(' of the tide');
  });

  it('lets nothing be lost at the end', () => {
    const filter = continueByInstruction('Ebb and flow of the tide').filter;
    expect(filter.push('of th')).toBe('');
    expect(filter.end()).toBe('of th');
  });
});
