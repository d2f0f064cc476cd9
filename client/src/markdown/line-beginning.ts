/** The beginning of a line that can be nothing but a part of a paragraph. */
export const PLAIN = /^ {0,3}(?:(?!\[)[\p{L}\p{Ps}\p{Pi}"']|\*\*[\p{L}\p{N}])/u;
/** Enough of a line to tell what it is. */
export const BEGINNING_CHARS = 40;

/** A tab reaches to the next fourth column. */
export function expandTabs(space: string, from = 0): string {
  let columns = '';
  for (const sign of space) columns += sign === '\t' ? ' '.repeat(4 - ((from + columns.length) % 4)) : sign;
  return columns;
}
