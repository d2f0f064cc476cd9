import type { Links, Token } from 'marked';
import { blockNode, blockNodes } from './block-tree.js';
import type { FenceReader } from './fence-reader.js';
import { heal } from './heal.js';
import type { MdNode } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import { commitWithin, continues, isOtherwise, openNode, prefixOf, type OpenBlock } from './open-block.js';
import { FenceRegion, QuoteRegion, type OpenRegion } from './open-region.js';
import { closeCode, patchChildren, type Rendered } from './patch.js';
import { definitionsIn, endsInMarker, firstOpenBlock, lex, openFence, openQuote, rawLength } from './tail-lexer.js';

/** What changes at the end must not make the browser look at all that was before: it passes over other sections as wholes. */
const BLOCKS_PER_SECTION = 16;

/**
 * Renders Markdown while it is being written. Only the tail that may still change is parsed again, so the work per paint
 * does not grow with the answer; finished blocks are never touched. The end result is what the parser makes of the whole.
 */
export class MarkdownStream<N> {
  /** Whether there are definitions of links, which hold for text before them as well. */
  hasDefinitions = false;
  /** All that was ever appended; a rope that is read only when everything has to be rendered anew. */
  #whole = '';
  #pending = '';
  #tail = '';
  #heldReturn = '';
  #open: OpenBlock | undefined;
  #region: OpenRegion | undefined;
  /** The blocks that may still change, which are the last of the section. */
  readonly #rendered: Rendered<N>[] = [];
  #section: N;
  #finishedInSection = 0;
  readonly #links: Links;

  /** @param within for what is only a part of a text: the links that the text knows */
  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
    private readonly within?: Links,
  ) {
    this.#links = within ?? {};
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
    if (this.#region) this.#region.paint();
    else this.#update(false);
  }

  /** The source is whole: shows its final form. */
  finish(): void {
    if (this.#heldReturn !== '') this.#pending += '\n';
    this.#heldReturn = '';
    this.#take();
    if (this.#region) {
      this.#region.end();
      this.#leaveRegion();
    } else this.#update(true);
    closeCode(this.#rendered.splice(0));
    // A definition may stand behind its use, in text that was finished as plain brackets.
    if (this.hasDefinitions && !this.within) this.#rebuild();
  }

  #take(): void {
    const more = this.#pending;
    this.#pending = '';
    this.#whole += more;
    const rest = this.#region ? this.#region.take(more) : this.#tail + more;
    if (rest === undefined) return;
    this.#tail = rest;
    this.#leaveRegion();
  }

  #leaveRegion(): void {
    this.hasDefinitions ||= this.#region?.hasDefinitions ?? false;
    this.#region = undefined;
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
    this.hasDefinitions ||= definitionsIn(tokens).length > 0;
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
    const quote = openQuote(tokens, source);
    const from = fence?.index ?? quote ?? firstOpenBlock(tokens);
    const finished = tokens.slice(0, from);
    const length = rawLength(finished);
    if (!source.startsWith(readable.slice(0, length))) return;
    if (from > 0) {
      const blocks = this.#rendered.splice(0, shownOf(nodes.slice(0, from)).length);
      closeCode(blocks);
      this.#finishBlocks(blocks.length);
      for (const { tag, href, title } of definitionsIn(finished)) this.#links[tag] ??= { href, title };
      this.#tail = this.#tail.slice(length - prefixOf(this.#open).length);
      this.#open = undefined;
    }
    const [first] = this.#rendered;
    if (fence && first?.code) this.#enter(new FenceRegion(fence.reader, first.code));
    else if (quote !== undefined && first) this.#enterQuote(first);
    else this.#commitWithin(tokens[from]);
  }

  #enter(region: OpenRegion): void {
    this.#region = region;
    this.#rendered.length = 0;
    this.#tail = '';
  }

  #enterQuote(quote: Rendered<N>): void {
    closeCode([quote]);
    this.sink.clear(quote.node);
    const inside = new MarkdownStream(this.sink, quote.node, this.#links);
    const region = new QuoteRegion(this.sink, quote.node, inside);
    region.take(this.#tail);
    region.paint();
    this.#enter(region);
  }

  #commitWithin(token: Token | undefined): void {
    const inner = commitWithin(this.sink, this.#open, token, this.#rendered[0], this.#tail);
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
    if (this.within) return this.root;
    const section = this.sink.section();
    this.sink.append(this.root, section);
    this.#finishedInSection = 0;
    return section;
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
    patchChildren(this.sink, this.#section, this.#rendered, blockNodes(lex(this.#whole, this.within ?? {}, true)));
    closeCode(this.#rendered.splice(0));
  }
}

function shownOf(nodes: readonly (MdNode | undefined)[]): MdNode[] {
  return nodes.filter((node) => node !== undefined);
}
