import type { MdNode, MdTag } from './md-node.js';

/** Elements within a line: what they hold is part of the words around it. */
const WITHIN_LINES: ReadonlySet<MdTag> = new Set(['a', 'strong', 'em', 'del', 'code', 'small']);

/** What these nodes say, on one line. */
export function plainText(nodes: readonly MdNode[]): string {
  return nodes.map(textOf).join('').replace(/\s+/g, ' ').trim();
}

function textOf(node: MdNode): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'code') return `${node.text} `;
  if (node.kind === 'formula') return node.tex;
  const inside = node.tag === 'input' ? (node.attributes['aria-label'] ?? '') : node.children.map(textOf).join('');
  return WITHIN_LINES.has(node.tag) ? inside : `${inside} `;
}
