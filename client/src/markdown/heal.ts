import { afterBlockFormulas, maskFormulas, openFormulaIndex } from './formula-lexer.js';

/**
 * Markdown that is still being written, made presentable: markers whose other half has not come yet are closed or held
 * back, so that nothing flashes up as raw signs or as the wrong block. Only the last block changes, only at its end.
 */
export function heal(source: string): string {
  if (insideFence(source)) return source.replace(UNFINISHED_FENCE, '');
  const start = lastBlockStart(source);
  return source.slice(0, start) + healInline(source.slice(start));
}

/** An opening line whose language is still being typed, or the first signs of a closing one. */
const UNFINISHED_FENCE = /(?:^|\n)[ \t>]*(?:[-*+] +|\d+[.)] +)?(?:`+|~+)[^\n`]*$/;

/** Whether the source ends within fenced code, be it inside a list or a quotation. */
function insideFence(source: string): boolean {
  let open: string | undefined;
  for (const [, marker = ''] of source.matchAll(/^[ \t>]*(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})/gm)) {
    if (open === undefined) open = marker;
    else if (marker.startsWith(open)) open = undefined;
  }
  return open !== undefined;
}

/** The end of a paragraph, also in a quotation or an item. */
const EMPTY_LINE = /\n[ \t>]*(?=\n)/g;

function lastBlockStart(source: string): number {
  const empty = [...source.matchAll(EMPTY_LINE)].at(-1);
  const start = empty ? empty.index + empty[0].length + 1 : 0;
  return start + afterBlockFormulas(source.slice(start));
}

/** A bare `-`, `#`, `1.` or half a table at the end may become anything; a dash under a line would make it a heading. */
function holdBackMarker(block: string): string {
  if (/^ {0,3}\|[^\n]*(?:\n[ \t|:-]*)?$/.test(block)) return '';
  return block.replace(/(^|\n)[ \t]*(?:[-=+*>]{1,2}|#{1,6}|\d{1,9}[.)]?|`{1,2}|~{1,2})[ \t]*$/, '$1');
}

const OPENERS = ['**', '__', '~~', '*', '_'] as const;

function healInline(block: string): string {
  const formula = openFormulaIndex(block);
  if (formula === undefined) return healText(block);
  const before = block.slice(0, formula).replace(/[*_~]+$/, '');
  const text = before.trimEnd();
  // What is in lines before may be finished already.
  if (before.slice(text.length).includes('\n')) return block;
  return text + closers(text) + before.slice(text.length) + block.slice(formula);
}

function healText(block: string): string {
  // What follows on that line decides what the formula is.
  if (/(?:\$\$|\\\])[ \t]*\n?$/.test(block)) return block;
  const kept = holdBackMarker(withoutSignsAtEnd(block));
  const code = openCodeSpan(kept);
  if (code) return kept + code;
  const link = openLink(kept);
  const readable = link ? holdBackMarker(kept.slice(0, link.start) + link.label) : kept;
  return readable.trimEnd() + closers(readable);
}

/** As a pattern, it would be tried from each sign anew. */
function withoutSignsAtEnd(block: string): string {
  let end = block.length;
  while (end > 0 && '![*_~`'.includes(block.charAt(end - 1))) end -= 1;
  return block.slice(0, end);
}

/** The backticks that an unfinished code span lacks; undefined if none is open. */
function openCodeSpan(block: string): string | undefined {
  let open: string | undefined;
  for (const [ticks] of block.matchAll(/`+/g)) {
    if (open === undefined) open = ticks;
    else if (open === ticks) open = undefined;
  }
  return open === undefined || open.length > 2 ? undefined : open;
}

/** `[label](half an addr` or `[half a lab` at the end. */
function openLink(block: string): { start: number; label: string } | undefined {
  const match = /!?\[([^[\]\n]*)(?:\](?:\([^()\s]*(?: [^()]*)?)?)?$/.exec(block);
  if (!match || /^\s*[-*+]\s+\[[ x]?\]?$/i.test(block.slice(block.lastIndexOf('\n') + 1))) return undefined;
  return { start: match.index, label: match[1] ?? '' };
}

/** What closes the emphasis that is open at the end, innermost first. */
function closers(block: string): string {
  const plain = maskFormulas(block, block, false).replace(/\\.|`[^`]*`|\]\([^)\s]*\)/g, ' ');
  const open: string[] = [];
  for (const { 0: marker, index } of plain.matchAll(/\*\*|__|~~|\*|_/g)) {
    const before = plain[index - 1] ?? ' ';
    const after = plain[index + marker.length] ?? ' ';
    if (marker.startsWith('_') && /\w/.test(before) && /\w/.test(after)) continue;
    if (open.at(-1) === marker && /\S/.test(before)) open.pop();
    else if (/\S/.test(after) && OPENERS.some((opener) => opener === marker)) open.push(marker);
  }
  return open.reverse().join('');
}
