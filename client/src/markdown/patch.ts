import type { MdElement, MdNode } from './md-node.js';
import type { CodeSink, NodeSink } from './node-sink.js';

/** A node that is shown and may still change. */
export interface Rendered<N> {
  readonly node: N;
  source: MdNode;
  readonly children: Rendered<N>[];
  readonly code?: CodeSink<N>;
}

export function render<N>(sink: NodeSink<N>, source: MdNode): Rendered<N> {
  if (source.kind === 'text') return { node: sink.text(source.text), source, children: [] };
  if (source.kind === 'formula') return { node: sink.formula(source), source, children: [] };
  if (source.kind === 'code') {
    const code = sink.code(source.language);
    if (source.text !== '') code.append(source.text);
    return { node: code.node, source, children: [], code };
  }
  const rendered: Rendered<N> = { node: sink.element(source), source, children: [] };
  patchChildren(sink, rendered.node, rendered.children, source.children);
  return rendered;
}

/**
 * Makes the last children of `parent` (those in `rendered`) show `next`, touching only what differs. Text and code that
 * merely grew are appended to, so what was read or selected stays where it is.
 */
export function patchChildren<N>(sink: NodeSink<N>, parent: N, rendered: Rendered<N>[], next: readonly MdNode[]): void {
  next.forEach((source, i) => {
    const old = rendered[i];
    if (old && patchNode(sink, old, source)) return;
    const fresh = render(sink, source);
    if (old) sink.replace(old.node, fresh.node);
    else sink.append(parent, fresh.node);
    rendered[i] = fresh;
  });
  for (const extra of rendered.splice(next.length)) sink.remove(extra.node);
}

/** False where the node can't become `next` and has to be replaced. */
function patchNode<N>(sink: NodeSink<N>, rendered: Rendered<N>, next: MdNode): boolean {
  const old = rendered.source;
  if (old.kind === 'text' && next.kind === 'text') {
    if (next.text.startsWith(old.text)) {
      if (next.text.length > old.text.length) sink.appendText(rendered.node, next.text.slice(old.text.length));
    } else sink.setText(rendered.node, next.text);
  } else if (old.kind === 'code' && next.kind === 'code') {
    if (old.language !== next.language || !next.text.startsWith(old.text)) return false;
    if (next.text.length > old.text.length) rendered.code?.append(next.text.slice(old.text.length));
  } else if (old.kind === 'element' && next.kind === 'element') {
    if (!sameElement(old, next)) return false;
    patchChildren(sink, rendered.node, rendered.children, next.children);
  } else if (old.kind === 'formula' && next.kind === 'formula') {
    return old.source === next.source && old.display === next.display;
  } else return false;
  rendered.source = next;
  return true;
}

function sameElement(a: MdElement, b: MdElement): boolean {
  const names = Object.keys(a.attributes);
  return (
    a.tag === b.tag &&
    names.length === Object.keys(b.attributes).length &&
    names.every((name) => a.attributes[name] === b.attributes[name])
  );
}

/** Tells all code in these nodes that it is whole. */
export function closeCode<N>(rendered: readonly Rendered<N>[]): void {
  for (const { code, children } of rendered) {
    code?.close();
    closeCode(children);
  }
}
