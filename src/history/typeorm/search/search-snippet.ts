import { firstHit, fold, type SearchTerm } from './search-text.js';

/** In UTF-16 units, with the ellipses. */
const LONGEST = 160;
/** How much of it stands before the hit. */
const LEAD = 50;
const ELLIPSIS = '…';
/** UTF-16 units that are folded at once to find a place. */
const PIECE = 1_000;
const NOT_AT_A_START = /[\s\x00-\x1f\x7f-\x9f\udc00-\udfff]/;

/** The text around the first hit, on one line; the beginning of a text without one. */
export function snippetOf(content: string, searched: string, terms: readonly SearchTerm[]): string {
  const hit = firstHit(searched, terms);
  const at = hit === undefined ? 0 : originalPlace(content, hit);
  const from = Math.max(0, at - 2 * LEAD);
  const before = oneLine(content.slice(from, at)).trimStart();
  const lead = leadOf(before);
  const begun = from > 0 || lead.length < before.length ? ELLIPSIS : '';
  const rest = oneLine(lead + content.slice(at, at + 4 * LONGEST)).trimStart();
  const room = LONGEST - begun.length;
  if (rest.trimEnd().length <= room && content.length <= at + 4 * LONGEST) return begun + rest.trimEnd();
  return (
    begun +
    rest
      .slice(0, room - ELLIPSIS.length)
      .toWellFormed()
      .replace(/\ufffd$/, '')
      .trimEnd() +
    ELLIPSIS
  );
}

/** At most `LEAD` units before the hit; from the beginning of a word on, if one begins there. */
function leadOf(line: string): string {
  if (line.length <= LEAD) return line;
  const cut = line.slice(-LEAD);
  const space = cut.indexOf(' ');
  return space === -1 ? cut.toWellFormed().replace(/^\ufffd/, '') : cut.slice(space + 1);
}

/** The place in `content` of a place in its folded text: folded piece by piece, then looked for in one piece. */
function originalPlace(content: string, folded: number): number {
  let from = 0;
  let before = 0;
  for (;;) {
    const to = pieceEnd(content, from);
    const length = fold(content.slice(from, to)).length;
    if (before + length > folded || to >= content.length)
      return from + placeInPiece(content.slice(from, to), folded - before);
    before += length;
    from = to;
  }
}

/** Folding may make a text shorter or longer; how much of it stands before a place only ever grows. */
function placeInPiece(piece: string, folded: number): number {
  let low = 0;
  let high = piece.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fold(piece.slice(0, middle + 1)).length > folded) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A piece never ends before a blank, since blanks fold to one together, nor within a character. */
function pieceEnd(content: string, from: number): number {
  let end = from + PIECE;
  while (end < content.length && NOT_AT_A_START.test(content.charAt(end))) end++;
  return end;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ');
}
