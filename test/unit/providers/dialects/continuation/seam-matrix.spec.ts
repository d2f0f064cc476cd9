import { describe, expect, it } from '@jest/globals';
import { tokenize } from '../../../../../simulator/answers/tokenize.js';
import {
  countWrong,
  cutsBetweenTokens,
  joinedBehind,
  lastFortyWords,
  lastLines,
  lastParagraph,
  LEADS,
  quotation,
  type Cut,
  type How,
  type Way,
} from '../../../../support/seam-matrix.js';
import { SEAM_TEXTS } from '../../../../support/seam-texts.js';

/** `SEAM_FIGURES=1` prints the figures of decision record 0007. */
const PRINTS = process.env['SEAM_FIGURES'] === '1';
/** `SEAM_STEP=1` tries every cut: some minutes. */
const STEP = Number(process.env['SEAM_STEP'] ?? 16);

const texts = Object.values(SEAM_TEXTS);
const cuts = texts.flatMap((text, index) =>
  cutsBetweenTokens(text).filter((_, cut) => (cut + index) % STEP === 0 || cut < 2),
);

function wrong(name: string, how: How, way: Way, from: readonly Cut[] = cuts) {
  const count = countWrong(how, from, way);
  if (PRINTS) process.stdout.write(`${name}: ${count.wrong.length} of ${count.tried} wrong\n`);
  return count;
}

/** Where all that was shown stands in what comes before the repetition, nothing tells one from the other. */
const behind =
  (lead: string, part: (shown: string) => string): Way =>
  (shown, rest) => {
    const [before, begun] = [straight(lead), straight(shown.trim())];
    const isSame = (before + straight(shown)).startsWith(begun) || before.includes(begun);
    return isSame ? undefined : lead + part(shown) + rest;
  };
/** The shape of quotation marks tells nothing, either. */
const straight = (text: string) => text.replaceAll(/[“”„«»]/g, '"').replaceAll(/[‘’‚‹›]/g, "'");
const all = (shown: string) => shown;

describe('the seams of ordinary answers', () => {
  it.each<[string, How, Way]>([
    ['asked in words, goes on exactly', 'instruction', (_, rest) => rest],
    ['asked in words, quotes', 'instruction', (shown, rest) => quotation(shown) + rest],
    ['asked by a prefix, repeats it', 'prefix', (shown, rest) => shown + rest],
    ['asked by a prefix, goes on exactly', 'prefix', (shown, rest) => shown.slice(shown.trimEnd().length) + rest],
  ])('are exact: %s', (name, how, way) => {
    expect(wrong(name, how, way).wrong).toEqual([]);
  });

  it('are exact with something small before the quotation', () => {
    for (const lead of LEADS)
      expect(wrong(`quotes behind ${JSON.stringify(lead)}`, 'instruction', behind(lead, quotation)).wrong).toEqual([]);
  });

  it('are exact with something small before the prefix that is repeated', () => {
    for (const lead of LEADS) {
      expect(wrong(`repeats the prefix behind ${JSON.stringify(lead)}`, 'prefix', behind(lead, all)).wrong).toEqual([]);
    }
  });

  it.each(['NFC', 'NFD'] as const)('are exact where what is repeated comes as %s', (form) => {
    const other = form === 'NFC' ? 'NFD' : 'NFC';
    const others = texts
      .map((text) => text.normalize(other))
      .filter((text) => text.normalize(form) !== text)
      .flatMap((text) => cutsBetweenTokens(text, Math.ceil(STEP / 3)));
    const repeated =
      (part: (shown: string) => string): Way =>
      (shown, rest) =>
        part(shown).normalize(form) + rest;
    expect(wrong(`quotes as ${form}`, 'instruction', repeated(quotation), others).wrong).toEqual([]);
    expect(wrong(`repeats the prefix as ${form}`, 'prefix', repeated(all), others).wrong).toEqual([]);
  });

  it('are exact where the white space is missing that the prefix begins with', () => {
    const blank = cuts.map(({ shown, rest }) => ({ shown: `\n\n${shown}`, rest }));
    expect(wrong('prefix without its blank', 'prefix', (shown, rest) => shown.trimStart() + rest, blank).wrong).toEqual(
      [],
    );
  });
});

describe('the seams of ordinary answers in a code block', () => {
  const inBlocks = texts
    .flatMap((text) => cutsBetweenTokens(text, Math.ceil(STEP / 3)))
    .filter(({ shown }) => fenceOf(shown));

  it.each<[string, (fence: string) => string]>([
    ['its fence', (fence) => `${fence}\n`],
    ['its fence behind a line end', (fence) => `\n${fence}\n`],
    ['a bare fence', (fence) => `${/^[`~]+/.exec(fence)![0]}\n`],
  ])('are exact where the quotation comes behind %s', (name, lead) => {
    const way: Way = (shown, rest) => behind(lead(fenceOf(shown)!), quotation)(shown, rest);
    expect(wrong(`quotes behind ${name}`, 'instruction', way, inBlocks).wrong).toEqual([]);
  });

  it('are exact where the fence comes again and nothing else', () => {
    const way: Way = (shown, rest) => {
      const fence = fenceOf(shown)!;
      return /^[`~]+$/.test(fence) ? undefined : `${fence}\n${rest}`;
    };
    const count = wrong('only the fence again', 'instruction', way, inBlocks);
    expect(count.tried).toBeGreaterThan(100);
    expect(count.wrong).toEqual([]);
  });
});

describe('lines that are repeated', () => {
  const parts: [string, (shown: string) => string, number][] = [
    ['the last line', (shown) => lastLines(shown, 1), 0.45],
    ['the last two lines', (shown) => lastLines(shown, 2), 0.1],
    ['the last paragraph', lastParagraph, 0.12],
    ['the last 40 words', lastFortyWords, 0.02],
  ];
  const blank = texts.flatMap((text) => cutsBetweenTokens(text).filter(({ shown }) => /\s$/.test(shown)));
  const behindBlank = blank.filter((_, index) => index % Math.ceil(STEP / 8) === 0);

  it.each(parts)('are seldom shown twice, also behind white space: %s', (name, part, most) => {
    const way: Way = (shown, rest) => {
      const repeated = part(shown);
      return repeated.length < 24 || repeated.length > 1_000 ? undefined : repeated + rest;
    };
    for (const [where, from] of [
      ['behind white space', behindBlank],
      ['anywhere', cuts],
    ] as const) {
      const { tried, wrong: found } = wrong(`repeats ${name}, ${where}`, 'instruction', way, from);
      expect(found.length / tried).toBeLessThan(most);
    }
  });

  const row = 'When the moon is new or full, it stands in line with the sun.\nThen both pull together at the sea.\n';

  it('are taken off where they come back once, and are rows where they come twice', () => {
    const shown = `Tides.\n\n${row}`;
    for (const pieces of [(said: string) => [said], tokenize]) {
      expect(joinedBehind('instruction', shown, pieces(`${row}End.`))).toBe('End.');
      expect(joinedBehind('instruction', shown, pieces(`${row}${row}End.`))).toBe(`${row}${row}End.`);
    }
  });
});

/** The line that opened the block that a text ends in, once that line has ended. */
function fenceOf(text: string): string | undefined {
  let open: string | undefined;
  for (const [, line = ''] of text.matchAll(/^[ \t]*((?:`{3,}|~{3,})[^\n]*)(?:\n|$)/gm)) {
    if (open === undefined) open = line;
    else if (/^[`~]+\s*$/.test(line)) open = undefined;
  }
  return open !== undefined && text.lastIndexOf(open) + open.length < text.length ? open : undefined;
}
