/** Texts, and what is looked for in them, in one form that both are compared in. */

/** Nobody reads more of one message in a list of hits; it bounds what one message costs. */
export const SEARCHED_CHARACTERS = 100_000;
/** A term with fewer characters is looked for where words start. */
const SHORTEST_WITHIN_WORDS = 3;

/** Letters of scripts that are written without spaces, and emoji; for a character class. */
export const ALONE =
  '\\p{Script_Extensions=Han}\\p{Script_Extensions=Hiragana}\\p{Script_Extensions=Katakana}\\p{Script=Hangul}' +
  '\\p{Script=Bopomofo}\\p{Script=Yi}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{So}';
/** A pattern for one character of a word in any other script. */
export const WORD_CHARACTER = `(?![${ALONE}])[\\p{L}\\p{M}\\p{N}_]`;
const IS_WORD_CHARACTER = new RegExp(`^${WORD_CHARACTER}$`, 'u');
const STARTS_AS_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
const ASCII_WORD_CHARACTER = /^[a-z0-9_]$/;

const BLANK = /[\s\p{Cc}]+/gu;
/** UTF-16 units beyond ASCII whose letters have several forms: accents, ligatures, full width. */
const isVariant = (unit: number) => (unit >= 0x80 && unit < 0x2000) || (unit >= 0xf900 && unit <= 0xffef);
const ACCENTS = /[\u0300-\u036f]/g;
/** Ligatures of whole phrases (up to eighteen characters) stay as they are: a text of them would grow as much. */
const LONGEST_FORM = 4;
/** The plain form of each variant that was met, by its UTF-16 unit. */
const forms: string[] = [];

/** A word or phrase that has to occur. */
export interface SearchTerm {
  /** Folded. */
  readonly text: string;
  /** Too short to be looked for inside words. */
  readonly wordStart: boolean;
}

/**
 * Without case, accents, widths and line breaks. Letter by letter: whole texts can be made to take very long. So two
 * texts folded one by one give what they give together, except where blanks of both meet.
 */
export function fold(text: string): string {
  return withPlainForms(text).toLowerCase().replaceAll('ς', 'σ').replace(BLANK, ' ');
}

/** The terms of what somebody typed: words, and phrases in double quotes; none where there is nothing to look for. */
export function searchTerms(typed: string): SearchTerm[] {
  const found = fold(typed).matchAll(/(?<=^|\s)"([^"]+)"(?=\s|$)|(\S+)/g);
  const texts = [...found].map(([, phrase, word]) => (phrase ?? word ?? '').trim()).filter((text) => text !== '');
  return [...new Set(texts)].map((text) => ({
    text,
    wordStart: [...text].length < SHORTEST_WITHIN_WORDS && STARTS_AS_WORD.test(text),
  }));
}

/** Where the first of the terms occurs in the searched text, folded; undefined where one of them does not. */
export function firstHit(folded: string, terms: readonly SearchTerm[]): number | undefined {
  let first = folded.length;
  for (const term of terms) {
    const at = indexOfTerm(folded, term);
    if (at === -1) return undefined;
    first = Math.min(first, at);
  }
  return first;
}

/** The part of a message that is searched, folded. */
export function searched(content: string): string {
  return fold(content.slice(0, SEARCHED_CHARACTERS));
}

function indexOfTerm(folded: string, { text, wordStart }: SearchTerm): number {
  let at = folded.indexOf(text);
  while (wordStart && at > 0 && endsInWord(folded, at)) at = folded.indexOf(text, at + 1);
  return at;
}

/** Whether the character before `end` belongs to a word. A text may hold the term a hundred thousand times. */
function endsInWord(folded: string, end: number): boolean {
  const last = folded.charAt(end - 1);
  if (last <= '\x7f') return ASCII_WORD_CHARACTER.test(last);
  const isLowSurrogate = last >= '\udc00' && last <= '\udfff';
  return IS_WORD_CHARACTER.test(isLowSurrogate ? folded.slice(Math.max(0, end - 2), end) : last);
}

function withPlainForms(text: string): string {
  let plain = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isVariant(unit)) continue;
    const letter = text.charAt(at);
    const form = (forms[unit] ??= plainForm(letter));
    if (form === letter) continue;
    plain += text.slice(from, at) + form;
    from = at + 1;
  }
  return from === 0 ? text : plain + text.slice(from);
}

function plainForm(letter: string): string {
  const plain = letter.normalize('NFKC').normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return plain.length > LONGEST_FORM ? letter : plain;
}
