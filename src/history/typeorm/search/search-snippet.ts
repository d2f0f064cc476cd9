import { firstHit, fold, SEARCHED_CHARACTERS, type SearchTerm } from './search-text.js';

/** In UTF-16 units, with the ellipses. */
const LONGEST = 160;
/** How much of it stands before the hit. */
const LEAD = 50;
const ELLIPSIS = '…';

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

/** Folding may make a text shorter or longer; how much of it stands before a place only ever grows. */
function originalPlace(content: string, folded: number): number {
  let low = 0;
  let high = Math.min(content.length, SEARCHED_CHARACTERS);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fold(content.slice(0, middle + 1)).length > folded) high = middle;
    else low = middle + 1;
  }
  return low;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ');
}
