import type { MarkedToken, Token } from 'marked';
import type { FormulaToken } from './formula-lexer.js';
import { decodeEntities } from './entities.js';
import { hostBehind, safeHref } from './links.js';
import { element, text, type MdFormula, type MdNode } from './md-node.js';
import { plainText } from './plain-text.js';

const LINE_BREAK = /^<br\s*\/?>$/i;

/** The nodes of inline tokens; texts that touch are one node, so that a growing text stays the same node. */
export function inlineNodes(tokens: readonly Token[] = []): MdNode[] {
  return joinTexts(tokens.flatMap((token) => inlineNode(token as MarkedToken | FormulaToken)));
}

function inlineNode(token: MarkedToken | FormulaToken): MdNode[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [element(token.type, inlineNodes(token.tokens))];
    case 'codespan':
      return [element('code', [text(token.text)])];
    case 'formula':
      return [formulaNode(token)];
    case 'br':
      return [element('br')];
    case 'checkbox':
      return [checkbox(token.checked)];
    case 'link':
      return linkNodes(token.href, token.autolink ? [text(token.text)] : inlineNodes(token.tokens));
    case 'image':
      // Loading a picture from an address in an answer would tell that host who reads it, and what it was told.
      return linkNodes(token.href, [text(decodeEntities(token.text) || token.href)]);
    case 'html':
      return [LINE_BREAK.test(token.raw) ? element('br') : text(token.raw)];
    case 'text':
      return token.tokens ? inlineNodes(token.tokens) : [text(decodeEntities(token.text))];
    case 'escape':
      return [text(token.text)];
    default:
      return [text(token.raw)];
  }
}

export function formulaNode({ tex, display, raw }: FormulaToken): MdFormula {
  return { kind: 'formula', tex, display, source: raw.trim() };
}

function linkNodes(href: string, label: MdNode[]): MdNode[] {
  const safe = safeHref(decodeEntities(href));
  if (safe === undefined) return label;
  const link = element('a', label, { href: safe, title: safe });
  // A bare address is shown as it was written, but leads to what it stands for.
  const host = hostBehind(decodeEntities(plainText(label)), safe);
  return host === undefined ? [link] : [link, element('small', [text(` (${host})`)], { dir: 'ltr' })];
}

function checkbox(checked: boolean): MdNode {
  const state: Record<string, string> = checked ? { checked: '', 'aria-label': 'Done' } : { 'aria-label': 'To do' };
  return element('input', [], { type: 'checkbox', disabled: '', ...state });
}

function joinTexts(nodes: readonly MdNode[]): MdNode[] {
  const joined: MdNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') joined[joined.length - 1] = text(last.text + node.text);
    else joined.push(node);
  }
  return joined;
}
