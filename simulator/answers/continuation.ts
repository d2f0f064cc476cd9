import { PROVIDER_NAMES } from '../settings.js';
import { selectAnswer } from './select-answer.js';
import { tailOf } from './conversation.js';
import type { Turn } from './conversation.js';
import type { InstructionMode, PrefixEcho, ProviderName } from '../settings.js';

/** The whole answer of a provider to a question whose answer it has to continue after `partial`. */
export interface Whole {
  text: string;
  /** The part of {@link text} that comes after the partial answer. */
  rest: string;
}

/** The answer that starts with the partial one: this provider's own, or another's that started it. */
export function wholeAnswer({ question, partial, results }: Turn, provider: ProviderName, sameAnswer: boolean): Whole {
  const voices = [sameAnswer ? null : provider, null, ...PROVIDER_NAMES];
  const texts = results.length > 0 ? [aboutResults(results)] : voices.map((voice) => selectAnswer(question, voice));
  const text = texts.find((candidate) => candidate.startsWith(partial));
  if (text !== undefined) return { text, rest: text.slice(partial.length) };
  const own = texts[0] ?? '';
  return { text: own, rest: `\n\n${own}` };
}

function aboutResults(results: readonly string[]): string {
  return `According to what I looked up: ${results.join('; ')}`;
}

/** The reply to an instruction to continue, misread as this mode does. */
export function instructed(whole: Whole, partial: string, mode: InstructionMode): string {
  switch (mode) {
    case 'exact':
      return whole.rest;
    case 'repeat-words':
      return lastWords(partial, 3) + whole.rest;
    case 'repeat-lines':
      return lastLines(partial, 2) + whole.rest;
    case 'repeat-quote':
    case 'quote-after-line-end':
    case 'quote-after-space':
    case 'quote-after-ellipsis':
    case 'quote-after-mark':
    case 'quote-after-fence':
      return beforeQuote(partial, mode) + tailOf(partial) + whole.rest;
    case 'quote-in-other-form':
      return otherForm(tailOf(partial)) + whole.rest;
    case 'start-over':
      return whole.text;
    case 'preamble':
      return `Sure, continuing: ${whole.rest}`;
  }
}

/** What Mistral says for a `prefix: true` message. */
export function echoed(whole: Whole, partial: string, echo: PrefixEcho): string {
  switch (echo) {
    case 'exact':
      return partial + whole.rest;
    case 'trimmed':
      return partial.trimEnd() + whole.rest;
    case 'without-first-blank':
      return partial.trimStart() + whole.rest;
    case 'none':
      return whole.rest;
  }
}

function beforeQuote(partial: string, mode: InstructionMode): string {
  switch (mode) {
    case 'quote-after-line-end':
      return '\n';
    case 'quote-after-space':
      return ' ';
    case 'quote-after-ellipsis':
      return '…';
    case 'quote-after-mark':
      return '“';
    case 'quote-after-fence':
      return openFenceLine(partial);
    default:
      return '';
  }
}

/** The line that opened the code block that a text ends in; empty outside of one. */
function openFenceLine(text: string): string {
  let open = '';
  for (const [line] of text.matchAll(/^```.*\n/gm)) open = open === '' ? line : '';
  return open;
}

function otherForm(text: string): string {
  const decomposed = text.normalize('NFD');
  return decomposed === text ? text.normalize('NFC') : decomposed;
}

/** The end of a text from the beginning of its `count`th last line on. */
function lastLines(text: string, count: number): string {
  const starts = [0, ...[...text.matchAll(/\n(?=[^\n])/g)].map(({ index }) => index + 1)];
  return text.slice(starts.at(-count) ?? 0);
}

/** The end of a text from its last `count`th word on; all of it where there are fewer. */
function lastWords(text: string, count: number): string {
  const words = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].filter((part) => part.isWordLike);
  return text.slice(words.at(-count)?.index ?? 0);
}
