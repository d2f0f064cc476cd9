import { ALONE, searched, WORD_CHARACTER, type SearchTerm } from '../search/search-text.js';

/**
 * The pieces by which the index finds texts: three characters each, anywhere in a text. For shorter searches there are
 * marks. Letters of scripts without spaces (and emoji) each stand alone, so that one or two of them are found anywhere.
 * Words of other scripts have a mark before them, so that one or two letters are found where a word starts.
 */

const GRAM = 3;
/** More would only narrow down further what is looked at in full anyway. */
const MAX_GRAMS = 48;

/** Private characters, which no keyboard types. */
const WORD_MARK = '\u{e000}\u{e000}';
const ALONE_MARK = '\u{e001}';

const PIECES = new RegExp(`([${ALONE}]+)|(?:${WORD_CHARACTER})+`, 'gu');
const BEYOND_ASCII = /[^\0-\x7f]/;
const ASCII_WORD = /[a-z0-9_]+/g;

/** What the index is given of a message. */
export function indexedText(content: string): string {
  return marked(searched(content));
}

/** What every message in which the terms occur has in the index; none where they are marks of punctuation alone. */
export function gramsOf(terms: readonly SearchTerm[]): string[] {
  const grams = new Set<string>();
  for (const { text, wordStart } of terms) {
    const whole = marked(text);
    // Inside a text the term may well begin in the middle of a word.
    const points = [...(wordStart || !whole.startsWith(WORD_MARK) ? whole : whole.slice(WORD_MARK.length))];
    for (let at = 0; at + GRAM <= points.length; at++) grams.add(points.slice(at, at + GRAM).join(''));
  }
  return [...grams].slice(0, MAX_GRAMS);
}

function marked(folded: string): string {
  // Most texts, in a third of the time.
  if (!BEYOND_ASCII.test(folded)) return folded.replace(ASCII_WORD, `${WORD_MARK}$&`);
  return folded.replace(PIECES, (piece: string, alone: string | undefined) =>
    alone === undefined ? WORD_MARK + piece : ALONE_MARK + [...alone].join(ALONE_MARK) + ALONE_MARK,
  );
}
