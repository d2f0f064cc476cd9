import { PROVIDER_NAMES } from '../settings.js';
import { selectAnswer } from './select-answer.js';
import { tailOf } from './conversation.js';
import type { Turn } from './conversation.js';
import type { InstructionMode, PrefixEcho, ProviderName } from '../settings.js';

/** What a provider would have said, for a question that it is to continue after `partial`. */
export interface Whole {
  text: string;
  /** The part of {@link text} that comes after the partial answer. */
  rest: string;
}

/** The answer that begins with the partial one: this provider's own, else another's, since any of them may have begun. */
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

/** What comes back of an instruction to continue, in the way this mode misreads it. */
export function instructed(whole: Whole, partial: string, mode: InstructionMode): string {
  switch (mode) {
    case 'exact':
      return whole.rest;
    case 'repeat-words':
      return lastWords(partial, 3) + whole.rest;
    case 'repeat-quote':
      return tailOf(partial) + whole.rest;
    case 'start-over':
      return whole.text;
    case 'preamble':
      return `Sure, continuing: ${whole.rest}`;
  }
}

/** What Mistral says for a `prefix: true` message. */
export function echoed(whole: Whole, partial: string, echo: PrefixEcho): string {
  if (echo === 'none') return whole.rest;
  return (echo === 'exact' ? partial : partial.trimEnd()) + whole.rest;
}

/** The end of a text from its last `count`th word on; all of it where there are fewer. */
function lastWords(text: string, count: number): string {
  const words = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].filter((part) => part.isWordLike);
  return text.slice(words.at(-count)?.index ?? 0);
}
