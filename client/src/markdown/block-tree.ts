import type { MarkedToken, Token, Tokens } from 'marked';
import type { FormulaToken } from './formula-lexer.js';
import { formulaNode, inlineNodes } from './inline-tree.js';
import { element, text, type MdElement, type MdNode } from './md-node.js';

/** The nodes of block tokens, in order. */
export function blockNodes(tokens: readonly Token[]): MdNode[] {
  return tokens.map((token) => blockNode(token)).filter((node) => node !== undefined);
}

/**
 * Paragraphs find their own direction. Those in lists and quotations do so by their style: what holds them looks for its
 * direction only in what has no `dir` of its own. The style costs a third more layout in a long paragraph.
 */
const OWN_DIRECTION = { dir: 'auto' };

/**
 * One block; undefined where it shows nothing (blank lines, link definitions).
 * @param isOutermost whether it is in no other block
 */
export function blockNode(token: Token, isOutermost = false): MdNode | undefined {
  const block = token as MarkedToken | FormulaToken;
  const direction = isOutermost ? OWN_DIRECTION : {};
  switch (block.type) {
    case 'space':
    case 'def':
      return undefined;
    case 'heading':
      return element(headingTag(block.depth), inlineNodes(block.tokens));
    case 'paragraph':
      return element('p', inlineNodes(block.tokens), direction);
    case 'blockquote':
      return element('blockquote', blockNodes(block.tokens));
    case 'code':
      return { kind: 'code', language: languageOf(block), text: block.text.replace(/\n$/, '') };
    case 'formula':
      return formulaNode(block);
    case 'hr':
      return element('hr');
    case 'list':
      return listNode(block, block.loose);
    case 'table':
      return tableNode(block);
    case 'html':
      return element('p', [text(block.raw.trimEnd())], direction);
    default:
      return element('p', inlineNodes([block]), direction);
  }
}

/** A list; `loose` decides for all its items whether their texts are paragraphs, as only the whole list can tell. */
export function listNode(list: Tokens.List, loose: boolean): MdElement {
  const items = list.items.map((item) => element('li', itemNodes(item, loose), item.task ? { class: 'task' } : {}));
  const start: Record<string, string> =
    list.ordered && list.start !== 1 && list.start !== '' ? { start: String(list.start) } : {};
  return element(list.ordered ? 'ol' : 'ul', items, start);
}

function itemNodes(item: Tokens.ListItem, loose: boolean): MdNode[] {
  const nodes: MdNode[] = [];
  let checkbox: MarkedToken | undefined;
  for (const token of item.tokens as MarkedToken[]) {
    if (token.type === 'checkbox') {
      checkbox = token;
      continue;
    }
    const before = checkbox ? [checkbox] : [];
    checkbox = undefined;
    if (token.type === 'text' && !loose) nodes.push(...inlineNodes([...before, token]));
    else if (token.type === 'text') nodes.push(element('p', inlineNodes([...before, token])));
    else nodes.push(...inlineNodes(before), ...blockNodes([token]));
  }
  return checkbox ? [...nodes, ...inlineNodes([checkbox])] : nodes;
}

function tableNode(table: Tokens.Table): MdElement {
  const head = element('thead', [rowNode(table.header, 'th')]);
  const rows = table.rows.map((row) => rowNode(row, 'td'));
  const body = rows.length > 0 ? [element('tbody', rows)] : [];
  return element('div', [element('table', [head, ...body])], { role: 'group', 'aria-label': 'Table', tabindex: '0' });
}

function rowNode(cells: readonly Tokens.TableCell[], tag: 'th' | 'td'): MdElement {
  return element(
    'tr',
    cells.map((cell) => element(tag, inlineNodes(cell.tokens), cell.align ? { align: cell.align } : {})),
  );
}

function headingTag(depth: number): MdElement['tag'] {
  const tags = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;
  return tags[Math.min(depth, tags.length) - 1] ?? 'h6';
}

/** The first word after the fence; an indented block has none. */
export function languageOf(code: Pick<Tokens.Code, 'lang'>): string {
  return code.lang?.match(/^\S+/)?.[0] ?? '';
}
