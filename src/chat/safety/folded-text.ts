/** UTF-16 units that are folded at a time: a few milliseconds of work. */
export const PIECE_CHARS = 16_384;
/** How far back from the end of a piece a place is looked for where it may be cut. */
const CUT_SEARCH_CHARS = 256;

/** What nobody sees: zero-width characters, soft hyphens, marks of direction, control characters that are no white space. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|(?![\s\u0085])\p{Cc}/gu;
/** Line ends, blanks of any width and number. */
const WHITE_SPACE = /[\s\u0085]+/gu;
/**
 * More marks on one letter than any language has (Unicode's own bound for text that is streamed), or half-width voicing
 * signs, which become marks. Bringing a run of them into order takes time in the square of its length.
 */
const MARKS_WITHOUT_END = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;
/** What NFKC may join with the letter before it: marks, later parts of Hangul syllables, half-width forms of both. */
const JOINS_BACKWARDS = /[\p{M}\u1160-\u11ff\ud7b0-\ud7fb\uff9e-\uffdc]/u;

/**
 * One form for all that looks the same: full-width and composed letters by NFKC, case by way of upper case (ß as ss), one
 * sigma, one blank for any white space, and nothing that is invisible (soft hyphens, zero-width spaces).
 */
export function fold(text: string): string {
  return foldVisible(withoutInvisible(text));
}

/** `fold(text)` in pieces, each after bounded work. Joined, they are the whole. */
export function* foldedPieces(text: string): Generator<string> {
  let visible = '';
  let endsInBlank = false;
  for (let start = 0; start < text.length;) {
    const end = afterCharacter(text, Math.min(start + PIECE_CHARS, text.length));
    visible += withoutInvisible(text.slice(start, end));
    start = end;
    if (visible.length < PIECE_CHARS && start < text.length) {
      yield '';
      continue;
    }
    const cut = start < text.length ? lastCut(visible) : visible.length;
    const folded = foldVisible(visible.slice(0, cut));
    yield endsInBlank ? folded.replace(/^ /, '') : folded;
    if (folded !== '') endsInBlank = folded.endsWith(' ');
    visible = visible.slice(cut);
  }
}

function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '').replace(MARKS_WITHOUT_END, '$1').replace(WHITE_SPACE, ' ');
}

function foldVisible(visible: string): string {
  const caseless = visible.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return caseless.replace(INVISIBLE, '').normalize('NFKC').replace(WHITE_SPACE, ' ');
}

/** The last place where folding both sides apart gives the same as folding them together. */
function lastCut(text: string): number {
  for (let at = text.length - 1; at > Math.max(0, text.length - CUT_SEARCH_CHARS); at--) {
    const code = text.codePointAt(at) ?? 0;
    if (!isLowSurrogate(code) && !JOINS_BACKWARDS.test(String.fromCodePoint(code))) return at;
  }
  return text.length;
}

/** `at`, moved behind a surrogate pair that it would split. */
function afterCharacter(text: string, at: number): number {
  return at < text.length && isLowSurrogate(text.charCodeAt(at)) ? at + 1 : at;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
