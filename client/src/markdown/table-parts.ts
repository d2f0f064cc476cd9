/** So many cells or characters are a part, which is laid out anew with every row that is written into it. */
const CELLS_PER_PART = 200;
const CHARS_PER_PART = 5_000;
/** A column is given this much more than its rows had needed, where there is room: later numbers have more digits. */
const SPARE_PX = 24;

/**
 * Where a table that is being written goes on: in `body`, or, once that is long, in a part behind it. With each new row the
 * browser measures and paints every row of a table; in a table with parts, only those of the last one. The columns keep
 * the widths that the first part gave them, until the window has another width.
 */
export function tablePart(body: HTMLElement): HTMLElement {
  const table = body.parentElement;
  if (!(table instanceof HTMLTableElement)) return body;
  if (!isLong(body, table.rows[0]?.cells.length ?? 1)) return body;
  if (!table.classList.contains('parted') && !part(table)) return body;
  const next = table.createTBody();
  const columns = table.querySelector('colgroup');
  if (columns) next.append(columns.cloneNode(true));
  return next;
}

function isLong(body: HTMLElement, columns: number): boolean {
  return body.childElementCount * columns >= CELLS_PER_PART || body.textContent.length >= CHARS_PER_PART;
}

/** False where the table is not shown now and so has no widths. */
function part(table: HTMLTableElement): boolean {
  const cells = Array.from(table.rows[0]?.cells ?? []);
  const widths = cells.map((cell) => cell.getBoundingClientRect().width);
  if (widths.every((width) => width === 0)) return false;
  // Remarks come last, and later ones may be longer. What is aligned at its end stays where it is.
  const isOpen = cells.length > 1 && cells.at(-1)?.hasAttribute('align') === false;
  const kept = isOpen ? widths.slice(0, -1) : widths;
  const whole = table.getBoundingClientRect().width;
  const room = (table.parentElement?.clientWidth ?? 0) - whole;
  const spare = Math.min(SPARE_PX, Math.max(0, Math.floor(room / kept.length)));
  const columns = document.createElement('colgroup');
  for (const width of kept) {
    const column = document.createElement('col');
    column.style.width = `${width + spare}px`;
    columns.append(column);
  }
  // Each part is laid out as a table of its own.
  for (const rows of [table.tHead, ...table.tBodies]) rows?.prepend(columns.cloneNode(true));
  table.style.minWidth = `${whole + spare * kept.length}px`;
  table.style.setProperty('--part-width', isOpen ? '100%' : 'auto');
  table.classList.add('parted');
  return true;
}

/** The last part is the one that is still written into. */
function makeWhole(table: HTMLTableElement): void {
  for (const columns of table.querySelectorAll('colgroup')) columns.remove();
  const bodies = Array.from(table.tBodies);
  const last = bodies.pop();
  last?.prepend(...bodies.flatMap((body) => Array.from(body.rows)));
  for (const body of bodies) body.remove();
  table.removeAttribute('style');
  table.classList.remove('parted');
}

let lastWidth = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === lastWidth) return;
  lastWidth = innerWidth;
  for (const table of document.querySelectorAll<HTMLTableElement>('table.parted')) makeWhole(table);
});
