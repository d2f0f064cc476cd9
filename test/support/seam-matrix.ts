import { tokenize } from '../../simulator/answers/tokenize.js';
import { mistral } from '../../src/providers/dialects/mistral.js';
import { openaiCompatible } from '../../src/providers/dialects/openai-compatible.js';
import { lastWords } from './readings.js';

/** What a provider says of the rest of a text; undefined where it can't be told from another way. */
export type Way = (shown: string, rest: string) => string | undefined;

/** A text cut in two. */
export interface Cut {
  readonly shown: string;
  readonly rest: string;
}

export interface Count {
  readonly tried: number;
  readonly wrong: readonly (Cut & { readonly said: string; readonly got: string })[];
}

/** Every cut between two tokens, or every `step`th of them. */
export function cutsBetweenTokens(text: string, step = 1): Cut[] {
  const cuts: Cut[] = [];
  let end = 0;
  for (const [index, token] of tokenize(text).entries()) {
    end += token.length;
    const shown = text.slice(0, end);
    if (index % step === 0 && shown.trim() !== '' && end < text.length) cuts.push({ shown, rest: text.slice(end) });
  }
  return cuts;
}

const DIALECTS = { instruction: openaiCompatible, prefix: mistral };
export type How = keyof typeof DIALECTS;

/** What readers get behind what was shown, the continuation coming in these pieces. */
export function joinedBehind(how: How, shown: string, pieces: Iterable<string>): string {
  const { filter } = DIALECTS[how].continuation(shown);
  let text = '';
  for (const piece of pieces) text += filter.push(piece);
  return text + filter.end();
}

/** Joins every cut as `way` says it, as a whole and token by token by turns. */
export function countWrong(how: How, cuts: readonly Cut[], way: Way): Count {
  const wrong: Count['wrong'][number][] = [];
  let tried = 0;
  for (const { shown, rest } of cuts) {
    const said = way(shown, rest);
    if (said === undefined) continue;
    const got = joinedBehind(how, shown, tried++ % 2 === 0 ? [said] : tokenize(said));
    if (got !== rest) wrong.push({ shown, rest, said, got });
  }
  return { tried, wrong };
}

export const quotation = (shown: string): string => [...shown].slice(-32).join('');

/** The small things that chat models put before a quotation. */
export const LEADS: readonly string[] = [
  '\n',
  '\n\n',
  ' ',
  '  ',
  '\t',
  '\u00a0',
  '\r\n',
  '…',
  '...',
  '…\n',
  '... ',
  '"',
  "'",
  '“',
  '‘',
  '«',
  '« ',
  '„',
  '「',
  '『',
  '`',
  '\n"',
  '"…',
  '…"',
  '\n\n…',
  '<last-characters>',
  '<last-characters>\n',
  '\n<last-characters>',
];

/** The end of `shown` from its `count`th last line on; a line that has begun counts. */
export function lastLines(shown: string, count: number): string {
  const starts = [0, ...[...shown.matchAll(/\n(?=[^\n])/g)].map(({ index }) => index + 1)];
  return shown.slice(starts.at(-count) ?? 0);
}

export function lastParagraph(shown: string): string {
  const starts = [...shown.matchAll(/\n\n(?=[^\n])/g)].map(({ index }) => index + 2);
  return shown.slice(starts.at(-1) ?? 0);
}

export const lastFortyWords = (shown: string): string => lastWords(shown, 40);
