/**
 * Texts and what is looked for in them, brought into one form, and the pieces by which an index finds them: three
 * characters each, anywhere in a text. For shorter searches there are marks: the letters of scripts that are written
 * without spaces (and emoji) each stand alone, so that one or two of them are found anywhere; words of other scripts
 * have a mark before them, so that one or two letters are found where a word begins.
 */

/** Nobody reads more of one message in a list of hits; it bounds what one message costs. */
export const SEARCHED_CHARACTERS = 100_000;
const GRAM = 3;
/** More would only narrow down further what is looked at in full anyway. */
const MAX_GRAMS = 48;

/** Private characters, which no keyboard types. */
const WORD_MARK = '\u{e000}\u{e000}';
const ALONE_MARK = '\u{e001}';

const ALONE =
  '\\p{Script_Extensions=Han}\\p{Script_Extensions=Hiragana}\\p{Script_Extensions=Katakana}\\p{Script=Hangul}' +
  '\\p{Script=Bopomofo}\\p{Script=Yi}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{So}';
const WORD_CHARACTER = `(?![${ALONE}])[\\p{L}\\p{M}\\p{N}_]`;
const PIECES = new RegExp(`([${ALONE}]+)|(?:${WORD_CHARACTER})+`, 'gu');
const ENDS_IN_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
const BEGINS_AS_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');

const BEYOND_ASCII = /[^\0-\x7f]/;
const ASCII_WORD = /[a-z0-9_]+/g;

const BLANK = /[\s\p{Cc}]+/gu;
/** Beyond ASCII, where one letter has several forms: accents, ligatures, full width. */
const VARIANTS = /[\u0080-\u1fff\uf900-\uffef]/gu;
const ACCENTS = /[\u0300-\u036f]/g;
/** Ligatures of whole phrases (up to eighteen characters) stay as they are: a text of them would grow as much. */
const LONGEST_FORM = 4;
/** Never more than there are {@link VARIANTS}. */
const forms = new Map<string, string>();

/** A word or phrase that has to occur. */
export interface SearchTerm {
  /** Folded. */
  readonly text: string;
  /** Too short to be looked for inside words. */
  readonly wordStart: boolean;
}

/** Without case, accents, widths and line breaks. Letter by letter: whole texts can be made to take very long. */
export function fold(text: string): string {
  return text.replace(VARIANTS, foldVariant).toLowerCase().replaceAll('ς', 'σ').replace(BLANK, ' ');
}

/** What the index is given of a message. */
export function indexed(content: string): string {
  return marked(searched(content));
}

/** The terms of what somebody typed: words, and phrases in double quotes; none where there is nothing to look for. */
export function searchTerms(typed: string): SearchTerm[] {
  const found = fold(typed).matchAll(/(?<=^|\s)"([^"]+)"(?=\s|$)|(\S+)/g);
  const texts = [...found].map(([, phrase, word]) => (phrase ?? word ?? '').trim()).filter((text) => text !== '');
  return [...new Set(texts)].map((text) => ({
    text,
    wordStart: [...text].length < GRAM && BEGINS_AS_WORD.test(text),
  }));
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

/** Where the first of the terms occurs in the searched text, folded; undefined where one of them does not. */
export function firstHit(folded: string, terms: readonly SearchTerm[]): number | undefined {
  const places = terms.map((term) => placeOf(folded, term));
  return places.includes(-1) ? undefined : Math.min(...places);
}

/** The part of a message that is searched, folded. */
export function searched(content: string): string {
  return fold(content.slice(0, SEARCHED_CHARACTERS));
}

function placeOf(folded: string, { text, wordStart }: SearchTerm): number {
  let at = folded.indexOf(text);
  while (wordStart && at > 0 && ENDS_IN_WORD.test(folded.slice(Math.max(0, at - 2), at)))
    at = folded.indexOf(text, at + 1);
  return at;
}

function marked(folded: string): string {
  // Most texts, in a third of the time.
  if (!BEYOND_ASCII.test(folded)) return folded.replace(ASCII_WORD, `${WORD_MARK}$&`);
  return folded.replace(PIECES, (piece: string, alone: string | undefined) =>
    alone === undefined ? WORD_MARK + piece : ALONE_MARK + [...alone].join(ALONE_MARK) + ALONE_MARK,
  );
}

function foldVariant(letter: string): string {
  let form = forms.get(letter);
  if (form === undefined) {
    const plain = letter.normalize('NFKC').normalize('NFD').replace(ACCENTS, '').normalize('NFC');
    form = plain.length > LONGEST_FORM ? letter : plain;
    forms.set(letter, form);
  }
  return form;
}
