import type { MdElement, MdFormula } from '../../client/src/markdown/md-node.js';
import type { CodeSink, NodeSink } from '../../client/src/markdown/node-sink.js';

/** A node of a page that exists only as a tree. */
export interface TreeNode {
  tag: string;
  text: string;
  attributes: Readonly<Record<string, string>>;
  children: TreeNode[];
  parent?: TreeNode;
}

export function treeRoot(): TreeNode {
  return { tag: 'root', text: '', attributes: {}, children: [] };
}

/** Collects rendered Markdown as a tree, and counts how often something was created. */
export class TreeSink implements NodeSink<TreeNode> {
  created = 0;

  /** @param rowsPerPart after so many rows a table goes on in another part */
  constructor(private readonly rowsPerPart = Infinity) {}

  element({ tag, attributes }: MdElement): TreeNode {
    this.created += 1;
    return { tag, text: '', attributes, children: [] };
  }

  text(value: string): TreeNode {
    this.created += 1;
    return { tag: '#text', text: value, attributes: {}, children: [] };
  }

  code(language: string): CodeSink<TreeNode> {
    this.created += 1;
    const node: TreeNode = { tag: 'pre', text: '', attributes: { language }, children: [] };
    return { node, append: (more) => void (node.text += more), close: () => undefined };
  }

  formula({ tex, display }: MdFormula): TreeNode {
    this.created += 1;
    return { tag: display ? '$$' : '$', text: tex, attributes: {}, children: [] };
  }

  section(): TreeNode {
    return { tag: 'div', text: '', attributes: {}, children: [] };
  }

  hidden(): TreeNode {
    return this.section();
  }

  tablePart(body: TreeNode): TreeNode {
    if (body.children.length < this.rowsPerPart || !body.parent) return body;
    const next = this.element({ kind: 'element', tag: 'tbody', attributes: {}, children: [] });
    this.append(body.parent, next);
    return next;
  }

  append(parent: TreeNode, child: TreeNode): void {
    parent.children.push(child);
    child.parent = parent;
  }

  prepend(parent: TreeNode, child: TreeNode): void {
    if (child.parent?.children.includes(child)) this.remove(child);
    parent.children.unshift(child);
    child.parent = parent;
  }

  appendText(node: TreeNode, more: string): void {
    node.text += more;
  }

  setText(node: TreeNode, value: string): void {
    node.text = value;
  }

  split(node: TreeNode, at: number): TreeNode {
    const rest = this.text(node.text.slice(at));
    node.text = node.text.slice(0, at);
    const siblings = siblingsOf(node);
    siblings.splice(siblings.indexOf(node) + 1, 0, rest);
    rest.parent = node.parent ?? treeRoot();
    return rest;
  }

  replace(old: TreeNode, next: TreeNode): void {
    const siblings = siblingsOf(old);
    siblings[siblings.indexOf(old)] = next;
    next.parent = old.parent ?? treeRoot();
  }

  remove(node: TreeNode): void {
    const siblings = siblingsOf(node);
    siblings.splice(siblings.indexOf(node), 1);
  }

  clear(parent: TreeNode): void {
    parent.children = [];
  }
}

function siblingsOf(node: TreeNode): TreeNode[] {
  if (!node.parent?.children.includes(node)) throw new Error('The node is not in the tree');
  return node.parent.children;
}

/** All that is written in the tree, without its tags. */
export function textOf({ text, children }: TreeNode): string {
  return text + children.map(textOf).join('');
}

/** The tree as tags and text on one line, for comparing with HTML. */
export function outline(node: TreeNode): string {
  if (node.tag === '#text') return node.text;
  if (node.tag === 'pre') return `<pre><code>${node.text === '' ? '' : `${node.text}\n`}</code></pre>`;
  if (node.tag.startsWith('$')) return node.tag + node.text + node.tag;
  const inside = node.children.map(outline).join('');
  if (node.tag === 'root' || node.tag === 'div') return inside;
  return ['br', 'hr', 'input'].includes(node.tag) ? `<${node.tag}>` : `<${node.tag}>${inside}</${node.tag}>`;
}
