/** About 20 ms of style and layout on a slow machine: a block of code is a dozen elements, however little is in it. */
const MOST_CODE = 48;
/** As much as the parser does in that time: it reads an item once more for each list around it. */
const MOST_DEEP_ITEMS = 8;
const COSTLY = /(?<code>`{3,}|~{3,}|\n[ \t]*\n(?: {4}|\t))|^ {16,}(?:[-+*]|\d{1,9}[.)]) /gm;

/**
 * Where the piece of `text` ends that goes into one paint: `most` characters behind `from`, or before that where they would
 * make more blocks than the page can show at once.
 */
export function pieceEnd(text: string, from: number, most: number): number {
  const piece = text.slice(from, from + most);
  let left = 1;
  for (const { index, groups } of piece.matchAll(COSTLY)) {
    if (left <= 0) return from + index;
    left -= 1 / (groups?.['code'] === undefined ? MOST_DEEP_ITEMS : MOST_CODE);
  }
  return from + piece.length;
}
