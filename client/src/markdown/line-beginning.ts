/** The box of a task at the beginning of an item, with the white space before its text. */
export const TASK_BOX = /^\[[ xX]\][ \t]+(?=\S)/;
/** The beginning of a line that can be nothing but a part of a paragraph. */
export const PLAIN =
  /^ {0,3}(?:[^\s\-+*_#>`~<|:=\d[\\$]|\*{1,2}[^\s*]|_{1,2}[^\s_]|`{1,2}[^`\n]|~{1,2}[^~\n]|\d+(?:[^\d.)]|[.)]\S))/;
/** May be one, once there is more of the line. */
export const UNDECIDED = /^ {0,3}(?:[*_-][*_ \t-]*|\+|\d+[.)]?|#{1,6}|`{1,2}|~{1,2})$/;
/** Enough of a line to tell what it is. */
export const BEGINNING_CHARS = 40;

/** A tab reaches to the next fourth column. */
export function expandTabs(space: string, from = 0): string {
  let columns = '';
  for (const sign of space) columns += sign === '\t' ? ' '.repeat(4 - ((from + columns.length) % 4)) : sign;
  return columns;
}
