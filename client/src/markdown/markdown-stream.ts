import type { Links, Token } from 'marked';
import { blockNode, blockNodes } from './block-tree.js';
import type { FenceReader } from './fence-reader.js';
import { heal } from './heal.js';
import type { MdNode } from './md-node.js';
import type { CodeSink, NodeSink } from './node-sink.js';
import { commitWithin, continues, isOtherwise, openNode, prefixOf, type OpenBlock } from './open-block.js';
import { closeCode, patchChildren, type Rendered } from './patch.js';
import { definitionsIn, firstOpenBlock, lex, openFence, rawLength } from './tail-lexer.js';

/** What changes at the end must not make the browser look at all that was before: it passes over other sections as wholes. */
const BLOCKS_PER_SECTION = 16;

/**
 * Renders Markdown while it is being written. Only the tail that may still change is parsed again, so the work per paint
 * does not grow with the answer; finished blocks are never touched. The end result is what the parser makes of the whole.
 */
export class MarkdownStream<N> {
  /** All that was ever appended; a rope that is read only when everything has to be rendered anew. */
  #whole = '';
  #pending = '';
  #tail = '';
  #heldReturn = '';
  #open: OpenBlock | undefined;
  #fence: { reader: FenceReader; code: CodeSink<N> } | undefined;
  /** The blocks that may still change, which are the last of the section. */
  readonly #rendered: Rendered<N>[] = [];
  #section: N;
  #finishedInSection = 0;
  readonly #links: Links = {};
  #hasDefinitions = false;

  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
  ) {
    this.#section = this.#newSection();
  }

  /** Adds source text, cut anywhere. Shows nothing yet. */
  append(more: string): void {
    let source = this.#heldReturn + more;
    this.#heldReturn = source.endsWith('\r') ? '\r' : '';
    if (this.#heldReturn !== '') source = source.slice(0, -1);
    this.#pending += source.replace(/\r\n?/g, '\n');
  }

  /** Shows all that was appended. */
  paint(): void {
    if (this.#pending === '') return;
    this.#take();
    if (!this.#fence) this.#update(false);
  }

  /** The source is whole: shows its final form. */
  finish(): void {
    if (this.#heldReturn !== '') this.#pending += '\n';
    this.#heldReturn = '';
    this.#take();
    if (this.#fence) {
      this.#fence.code.append(this.#fence.reader.end());
      this.#fence.code.close();
      this.#fence = undefined;
    } else this.#update(true);
    closeCode(this.#rendered.splice(0));
    // A definition may stand behind its use, in text that was finished as plain brackets.
    if (this.#hasDefinitions) this.#rebuild();
  }

  #take(): void {
    const more = this.#pending;
    this.#pending = '';
    this.#whole += more;
    if (!this.#fence) {
      this.#tail += more;
      return;
    }
    const code = this.#fence.reader.feed(more);
    if (code !== '') this.#fence.code.append(code);
    if (this.#fence.reader.rest === undefined) return;
    this.#fence.code.close();
    this.#tail = this.#fence.reader.rest;
    this.#fence = undefined;
  }

  #update(final: boolean): void {
    const source = prefixOf(this.#open) + this.#tail;
    const readable = final ? source : heal(source);
    const tokens = lex(readable, this.#links, final);
    if (isOtherwise(this.#open, tokens[0])) {
      this.#reopen();
      this.#update(final);
      return;
    }
    if (!continues(this.#open, tokens[0])) {
      if (final) this.#rebuild();
      return;
    }
    const fence = final ? undefined : openFence(tokens, source);
    const nodes = tokens.map((token, i) => (i === 0 ? openNode(this.#open, token) : blockNode(token)));
    if (fence) nodes[fence.index] = { kind: 'code', language: fence.reader.language, text: fence.code };
    patchChildren(this.sink, this.#section, this.#rendered, shownOf(nodes));
    this.#hasDefinitions ||= definitionsIn(tokens).length > 0;
    if (!final && rawLength(tokens) === readable.length && !endsInMarker(readable))
      this.#commit(tokens, nodes, source, readable, fence);
  }

  #commit(
    tokens: Token[],
    nodes: (MdNode | undefined)[],
    source: string,
    readable: string,
    fence: { index: number; reader: FenceReader } | undefined,
  ): void {
    const from = fence ? fence.index : firstOpenBlock(tokens);
    const finished = tokens.slice(0, from);
    const length = rawLength(finished);
    if (!source.startsWith(readable.slice(0, length))) return;
    if (from > 0) {
      const blocks = this.#rendered.splice(0, shownOf(nodes.slice(0, from)).length);
      closeCode(blocks);
      this.#finishBlocks(blocks.length);
      this.#keepLinks(finished);
      this.#tail = this.#tail.slice(length - prefixOf(this.#open).length);
      this.#open = undefined;
    }
    const code = fence ? this.#rendered[0]?.code : undefined;
    if (fence && code) {
      this.#fence = { reader: fence.reader, code };
      this.#rendered.length = 0;
      this.#tail = '';
      return;
    }
    const inner = commitWithin(this.sink, this.#open, tokens[from], this.#rendered[0], this.#tail);
    if (!inner) return;
    this.#tail = this.#tail.slice(inner.length);
    this.#open = inner.open;
  }

  #finishBlocks(count: number): void {
    this.#finishedInSection += count;
    if (this.#finishedInSection < BLOCKS_PER_SECTION) return;
    this.#section = this.#newSection();
    for (const { node } of this.#rendered) this.sink.append(this.#section, node);
  }

  #newSection(): N {
    const section = this.sink.section();
    this.sink.append(this.root, section);
    this.#finishedInSection = 0;
    return section;
  }

  #keepLinks(tokens: readonly Token[]): void {
    for (const { tag, href, title } of definitionsIn(tokens)) this.#links[tag] ??= { href, title };
  }

  /** What was finished of the open block is read again, together with the rest. */
  #reopen(): void {
    if (!this.#open || this.#open.kind === 'table') return;
    this.#tail = this.#open.committed + this.#tail;
    this.#open = undefined;
    const block = this.#rendered.shift();
    if (block) this.sink.remove(block.node);
    // What stood behind it would now stand before it.
    for (const { node } of this.#rendered.splice(0)) this.sink.remove(node);
  }

  #rebuild(): void {
    this.sink.clear(this.root);
    this.#rendered.length = 0;
    this.#section = this.#newSection();
    patchChildren(this.sink, this.#section, this.#rendered, blockNodes(lex(this.#whole, {}, true)));
    closeCode(this.#rendered.splice(0));
  }
}

/** A last line of dashes and the like may yet be a table's second line, and the parser cuts what is before it on suspicion. */
function endsInMarker(source: string): boolean {
  return /(?:^|\n)[ \t>]*[|:=-][ \t|:=-]*$/.test(source);
}

function shownOf(nodes: readonly (MdNode | undefined)[]): MdNode[] {
  return nodes.filter((node) => node !== undefined);
}
