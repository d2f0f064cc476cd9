import { CodeBlock } from '../highlight/code-block.js';
import { formulaView } from '../maths/typesetter.js';
import type { MdElement, MdTag } from './md-node.js';
import type { CodeSink, NodeSink } from './node-sink.js';
import { tablePart } from './table-parts.js';

/** Each of these finds its own direction, as do paragraphs, so that Hebrew and English may stand in one answer. */
const DIRECTED: ReadonlySet<MdTag> = new Set([
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'blockquote',
  // Around a table.
  'div',
]);

/** Lists have room for numbers of so many digits. */
const DIGITS = 2;

/** Renders into the page, element by element: nothing here ever parses a string as HTML. */
export const domSink: NodeSink<Node> = {
  element(source: MdElement): Node {
    const element = document.createElement(source.tag);
    for (const [name, value] of Object.entries(source.attributes)) element.setAttribute(name, value);
    if (DIRECTED.has(source.tag)) element.dir = 'auto';
    if (source.tag === 'div') element.className = 'table-scroll';
    if (source.tag === 'ol') makeRoom(element, source.attributes['start'] ?? '');
    if (source.tag === 'a') {
      element.setAttribute('target', '_blank');
      element.setAttribute('rel', 'noopener noreferrer nofollow');
    }
    return element;
  },
  text: (value) => document.createTextNode(value),
  code: (language): CodeSink<Node> => new CodeBlock(language),
  formula: formulaView,
  section(): Node {
    const section = document.createElement('div');
    section.className = 'section';
    return section;
  },
  hidden(): Node {
    const place = document.createElement('div');
    place.hidden = true;
    return place;
  },
  tablePart: (body) => body,
  append(parent, child) {
    parent.appendChild(child);
    markOpening(child);
  },
  prepend: (parent, child) => void parent.insertBefore(child, parent.firstChild),
  appendText: (node, more) => (node as Text).appendData(more),
  split: (node, at) => (node as Text).splitText(at),
  setText(node, value) {
    node.textContent = value;
  },
  replace(old, next) {
    old.parentNode?.replaceChild(next, old);
    markOpening(next);
  },
  remove: (node) => void node.parentNode?.removeChild(node),
  clear(parent) {
    parent.textContent = '';
  },
};

/** The same for a text that is being written. */
export const growingSink: NodeSink<Node> = { ...domSink, tablePart: (body) => tablePart(body as HTMLElement) };

/** Numbers are cut off where their section ends. */
function makeRoom(list: HTMLElement, start: string): void {
  const more = start.length - DIGITS;
  if (more > 0) list.style.setProperty('--more-digits', String(more));
}

/** A list that an item begins with stands on the item's first line; a style sheet can't tell it from one behind a text. */
function markOpening(node: Node): void {
  if (node.previousSibling !== null || node.parentNode?.nodeName !== 'LI') return;
  if (node instanceof HTMLUListElement || node instanceof HTMLOListElement) node.className = 'opening';
}
