import type { Links, Token, Tokens } from 'marked';
import { IncomingText } from './incoming-text.js';
import { ItemReader } from './item-reader.js';
import { ItemRegion } from './item-region.js';
import { heal } from './heal.js';
import { inlineNodes } from './inline-tree.js';
import { element, type MdNode } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import { commitWithin, continues, isOtherwise, openList, openNode, prefixOf, type OpenBlock } from './open-block.js';
import { FenceRegion, type OpenRegion } from './open-region.js';
import { closeCode, patchChildren, type Rendered } from './patch.js';
import { QuoteRegion } from './quote-region.js';
import { Sections } from './sections.js';
import {
  definitionsIn,
  endsInMarker,
  firstOpenBlock,
  hasGap,
  lex,
  openFence,
  openItem,
  openQuote,
  rawLength,
  type OpenFence,
  type OpenItem,
} from './tail-lexer.js';

/** Of what the text is a part. */
export interface Surroundings {
  /** The links that the whole text knows. */
  readonly links: Links;
  /** Of a list item: whether its list is loose, and whether it begins with a box to tick. */
  readonly item?: { readonly loose: boolean; readonly task: boolean };
}

/**
 * Renders Markdown while it is being written. Only the tail that may still change is parsed again, so the work per paint
 * does not grow with the answer; finished blocks are never touched. The end result is what the parser makes of the whole.
 */
export class MarkdownStream<N> {
  /** Whether there are definitions of links, which hold for text before them as well. */
  hasDefinitions = false;
  /** Whether there is an empty line between two blocks. */
  hasGap = false;
  readonly #text = new IncomingText();
  #tail = '';
  #open: OpenBlock | undefined;
  #region: OpenRegion | undefined;
  /** The blocks that may still change, which are the last of the section. */
  readonly #rendered: Rendered<N>[] = [];
  readonly #sections: Sections<N>;
  #links: Links;
  #behindList = false;
  /** Where a quotation or item begins that only the parser can read. */
  #unreadable: number | undefined;

  /** @param within for what is only a part of a text */
  constructor(
    private readonly sink: NodeSink<N>,
    root: N,
    private readonly within?: Surroundings,
  ) {
    this.#links = within?.links ?? {};
    this.#sections = new Sections(sink, root, within === undefined);
  }

  /** Adds source text, cut anywhere. Shows nothing yet. */
  append(more: string): void {
    this.#text.append(more);
  }

  /** Shows all that was appended. */
  paint(): void {
    if (this.#text.isTaken) return;
    this.#take();
    if (this.#region) this.#leaveRegion(this.#region.paint());
    if (!this.#region) this.#update(false);
  }

  /** The source is whole: shows its final form. */
  finish(): void {
    this.#text.end();
    this.#take();
    if (this.#region) this.#leaveRegion(this.#region.end() ?? '');
    this.#update(true);
    closeCode(this.#rendered.splice(0));
    // A definition may stand behind its use, in text that was finished as plain brackets.
    if (this.hasDefinitions && !this.within) this.#rebuild();
  }

  /** The type of the block that the source ends in, were it whole. */
  get lastBlock(): string | undefined {
    this.#take();
    return this.#region?.type ?? this.#lex(prefixOf(this.#open) + this.#tail, true).at(-1)?.type;
  }

  #take(): void {
    const more = this.#text.take();
    if (this.#region) this.#leaveRegion(this.#region.take(more));
    else this.#tail += more;
  }

  /** @param rest what is still to be parsed; nothing has changed where it is undefined */
  #leaveRegion(rest: string | undefined): void {
    if (rest === undefined) return;
    this.hasDefinitions ||= this.#region?.hasDefinitions ?? false;
    this.#region = undefined;
    this.#tail = rest;
  }

  #lex(source: string, whole: boolean): Token[] {
    const item = this.within?.item;
    const isAll = this.#tail.length === this.#text.whole.length;
    const context = item && { ...item, behindList: this.#behindList, task: item.task && isAll };
    return lex(source, this.#links, whole, context);
  }

  #nodes(open: OpenBlock | undefined, token: Token): MdNode[] {
    // The text of an item, without a paragraph around it.
    if (this.within?.item && token.type === 'text') return inlineNodes([token]);
    const node = openNode(open, token);
    return node ? [node] : [];
  }

  #update(final: boolean): void {
    const source = prefixOf(this.#open) + this.#tail;
    const readable = final ? source : heal(source);
    const tokens = this.#lex(readable, final);
    if (isOtherwise(this.#open, tokens[0])) {
      this.#reopen();
      this.#update(final);
      return;
    }
    if (!continues(this.#open, tokens[0])) {
      this.#endOpen(final, tokens);
      return;
    }
    const fence = final ? undefined : openFence(tokens, source);
    const nodes = tokens.map((token, i) => this.#nodes(i === 0 ? this.#open : undefined, token));
    if (fence) nodes[fence.index] = [{ kind: 'code', language: fence.reader.language, text: fence.code }];
    patchChildren(this.sink, this.#sections.current, this.#rendered, nodes.flat());
    this.hasDefinitions ||= definitionsIn(tokens).length > 0;
    this.hasGap ||= hasGap(tokens);
    if (!final && rawLength(tokens) === readable.length && !endsInMarker(readable))
      this.#commit(tokens, nodes, source, readable, fence);
  }

  /** What comes is no part of the open block. */
  #endOpen(final: boolean, tokens: readonly Token[]): void {
    if (this.#open?.kind === 'list' && (final || tokens.length > 0)) {
      // All its items are finished, and the empty lines behind the last of them stand between it and what follows.
      const { committed } = this.#open;
      for (const { node } of this.#rendered[0]?.children ?? []) this.sink.remove(node);
      this.#tail = committed.slice(committed.trimEnd().length) + this.#tail;
      this.#finishBlocks(1);
      this.#open = undefined;
      this.#behindList = true;
      this.#update(final);
    } else if (final && this.#tail !== '') this.#rebuild();
  }

  #commit(
    tokens: Token[],
    nodes: MdNode[][],
    source: string,
    readable: string,
    fence: OpenFence | undefined,
  ): void {
    const quote = openQuote(tokens);
    // What is closed for the eyes may look like an item's second block, and make its list loose.
    const isAsWritten = source.startsWith(readable);
    const item = isAsWritten ? openItem(tokens, source) : undefined;
    const from = fence?.index ?? quote ?? item?.index ?? firstOpenBlock(tokens);
    const finished = tokens.slice(0, from);
    const length = rawLength(finished);
    if (!source.startsWith(readable.slice(0, length))) return;
    if (from > 0) {
      this.#finishBlocks(nodes.slice(0, from).flat().length);
      for (const { tag, href, title } of definitionsIn(finished)) this.#links[tag] ??= { href, title };
      this.#behindList ||= finished.some(({ type }) => type === 'list');
      this.#tail = this.#tail.slice(length - prefixOf(this.#open).length);
      this.#open = undefined;
    }
    const [first] = this.#rendered;
    if (fence && first?.code) this.#enter(new FenceRegion(fence.reader, first.code));
    else if (quote !== undefined && first) this.#enterQuote(first);
    else if (!(item && first && this.#enterItem(first, tokens[from] as Tokens.List, item)))
      this.#commitWithin(isAsWritten || tokens[from]?.type !== 'list' ? tokens[from] : undefined);
  }

  #enter(region: OpenRegion): void {
    this.#region = region;
    this.#rendered.length = 0;
    this.#tail = '';
  }

  #enterQuote(quote: Rendered<N>): void {
    if (this.#isUnreadable(this.#tail)) return;
    const source = this.#tail;
    closeCode([quote]);
    this.sink.clear(quote.node);
    const inside = new MarkdownStream(this.sink, quote.node, { links: this.#links });
    const region = new QuoteRegion(this.sink, quote.node, inside);
    this.#enter(region);
    const rest = region.take(source);
    if (rest === undefined) region.paint();
    else this.#giveUp(source, rest);
  }

  /** False where the item is not one that can be read by itself. */
  #enterItem({ children }: Rendered<N>, list: Tokens.List, { before, item }: OpenItem): boolean {
    const node = children.at(-1)?.node;
    const opened = this.#isUnreadable(item) ? undefined : ItemReader.open(item);
    if (!node || !opened) return false;
    closeCode(children.splice(0));
    this.sink.clear(node);
    const open = openList(this.#open, list, before);
    const { isTask } = opened.reader;
    const inside = new MarkdownStream(this.sink, node, { links: this.#links, item: { loose: open.loose, task: isTask } });
    inside.append(opened.inside);
    this.#open = open;
    this.#region = new ItemRegion(this.sink, node, open, opened.reader, inside, item);
    this.#tail = '';
    const rest = this.#region.paint();
    if (rest !== undefined) this.#giveUp(item, rest);
    return true;
  }

  #isUnreadable(source: string): boolean {
    return this.#unreadable === this.#text.whole.length - source.length;
  }

  /** A region was not what it seemed when it was entered. */
  #giveUp(source: string, rest: string): void {
    this.#unreadable = this.#text.whole.length - source.length;
    this.#leaveRegion(rest);
    this.#update(false);
  }

  #commitWithin(token: Token | undefined): void {
    const text = { node: this.#sections.current, source: element('li', []), children: this.#rendered };
    const shown = token?.type === 'text' ? text : this.#rendered[0];
    const inner = commitWithin(this.sink, this.#open, token, shown, this.#tail);
    if (!inner) return;
    this.#tail = this.#tail.slice(inner.length);
    this.#open = inner.open;
  }

  #finishBlocks(count: number): void {
    closeCode(this.#rendered.splice(0, count));
    this.#sections.finish(count, this.#rendered);
  }

  /** What was finished of the open block is read again, together with the rest. */
  #reopen(): void {
    if (!this.#open || this.#open.kind === 'table') return;
    if (this.#open.kind === 'text') {
      this.#restart();
      return;
    }
    this.#tail = this.#open.committed + this.#tail;
    this.#open = undefined;
    // What stands behind it would stand before it then.
    for (const { node } of this.#rendered.splice(0)) this.sink.remove(node);
  }

  /** Nothing is shown or known any more. */
  #restart(): void {
    this.#sections.clear();
    this.#rendered.length = 0;
    this.#open = undefined;
    this.#behindList = false;
    this.#tail = this.#text.whole;
    if (!this.within) this.#links = {};
  }

  #rebuild(): void {
    this.#restart();
    const nodes = this.#lex(this.#text.whole, true).flatMap((token) => this.#nodes(undefined, token));
    patchChildren(this.sink, this.#sections.current, this.#rendered, nodes);
    closeCode(this.#rendered.splice(0));
  }
}
