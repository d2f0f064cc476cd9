/** A part is laid out anew with every row that is written into it. */
const ROWS_PER_PART = 60;

/**
 * Where a table that is being written goes on: in `body`, or, once that is long, in a part behind it. With each new row the
 * browser measures and paints every row of a table, so 900 of them took a slow machine 50 to 100 ms a frame. In parts the
 * columns keep the widths that the first rows gave them, and those out of sight cost nothing.
 */
export function tablePart(body: HTMLElement): HTMLElement {
  const table = body.parentElement;
  if (body.childElementCount < ROWS_PER_PART || !(table instanceof HTMLTableElement)) return body;
  if (!table.classList.contains('parted') && !keepColumns(table)) return body;
  return table.createTBody();
}

/** False where the table is not shown now and so has no widths. */
function keepColumns(table: HTMLTableElement): boolean {
  const widths = Array.from(table.tHead?.rows[0]?.cells ?? [], (cell) => cell.offsetWidth);
  const whole = table.offsetWidth;
  if (whole === 0) return false;
  const overflows = whole > (table.parentElement?.clientWidth ?? 0);
  table.style.setProperty('--columns', widths.map((width) => `minmax(4rem, ${width}fr)`).join(' '));
  table.style.maxWidth = `${whole}px`;
  table.style.minWidth = overflows ? `${whole}px` : `${4 * widths.length}rem`;
  table.classList.add('parted');
  return true;
}
