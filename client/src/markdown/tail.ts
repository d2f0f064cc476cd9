import type { Links, Token, Tokens } from 'marked';
import { heal } from './heal.js';
import type { IncomingText } from './incoming-text.js';
import { ItemReader } from './item-reader.js';
import { firstOpenBlock, openFence, openItem, openQuote, type OpenFence, type OpenItem } from './last-block.js';
import type { MdNode } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import { commitWithin, continues, isOtherwise, isTooLong, openList, prefixOf, type OpenBlock } from './open-block.js';
import type { Entrance } from './open-region.js';
import { closeCode, type Rendered } from './patch.js';
import { PartParser, type Surroundings } from './part-parser.js';
import { cutIndex } from './cut-index.js';
import { Sections } from './sections.js';
import { definitionsIn, endsInMarker, hasGap, rawLength } from './tail-lexer.js';

/**
 * What may still change is looked at again with each piece that comes. Of a text that gives no place to finish it at, as one
 * word without end, so much is looked at; what follows is another block then.
 */
export const LONGEST_OPEN = 6_000;

/** The end of a text that may still change, and what is shown of it. */
export class Tail<N> {
  source = '';
  hasDefinitions = false;
  hasGap = false;
  #open: OpenBlock | undefined;
  readonly #sections: Sections<N>;
  readonly #parser: PartParser;
  /** Where a quotation or item begins that only the parser can read. */
  #unreadable: number | undefined;

  /** @param shown what is shown of the text already */
  constructor(
    private readonly text: IncomingText,
    private readonly sink: NodeSink<N>,
    root: N,
    within: Surroundings,
    shown: readonly Rendered<N>[],
  ) {
    this.#parser = new PartParser(within);
    this.#sections = new Sections(sink, root, this.#parser.isWhole, shown);
  }

  /** Shows the source, as its final form or not; gives the block at its end that can be read by itself from now on. */
  update(final: boolean): Entrance<N> | undefined {
    if (!final && this.source.length > LONGEST_OPEN) this.#cut();
    const source = prefixOf(this.#open) + this.source;
    const readable = final ? source : heal(source);
    const tokens = this.#lex(readable, final);
    if (isOtherwise(this.#open, tokens[0]) && this.#reopen()) return this.update(final);
    if (!continues(this.#open, tokens[0])) return this.#endOpen(final, tokens);
    const fence = final ? undefined : openFence(tokens, source);
    const nodes = tokens.map((token, i) => this.#parser.nodes(i === 0 ? this.#open : undefined, token));
    if (fence) nodes[fence.index] = [{ kind: 'code', language: fence.reader.language, text: fence.code }];
    this.#sections.show(nodes.flat());
    this.hasDefinitions ||= definitionsIn(tokens).length > 0;
    this.hasGap ||= hasGap(tokens);
    if (final || rawLength(tokens) !== readable.length || endsInMarker(readable)) return undefined;
    return this.#commit(tokens, nodes, source, readable, fence);
  }

  /** The parts of the whole that are shown, in order. */
  get sections(): readonly N[] {
    return this.#sections.all;
  }

  /** The links that the text knows. */
  get links(): Links {
    return this.#parser.links;
  }

  /** The block that the source ends in, were it whole. */
  get lastBlock(): Token | undefined {
    return this.#lex(prefixOf(this.#open) + this.source, true).at(-1);
  }

  /** Nothing will change any more. */
  close(): void {
    this.#sections.close();
  }

  /** Shows nothing any more, and takes the whole text for its source. */
  #restart(): void {
    this.#sections.clear();
    this.#open = undefined;
    this.#parser.restart();
    this.source = this.text.whole;
  }

  /** The block that is at the end of the text from `source` on was not what it seemed. */
  giveUp(source: string): void {
    this.#unreadable = this.text.whole.length - source.length;
  }

  #lex(source: string, whole: boolean): Token[] {
    return this.#parser.lex(source, whole, this.source.length === this.text.whole.length);
  }

  /** What comes is no part of the open block: that is over then, or it was not what it seemed, and all is read again. */
  #endOpen(final: boolean, tokens: readonly Token[]): Entrance<N> | undefined {
    if (!final && tokens.length === 0) return undefined;
    this.#closeOpen();
    return this.update(final);
  }

  /** What was finished of the open block is all of it. */
  #closeOpen(): void {
    const open = this.#open;
    if (open?.kind === 'list') {
      // All its items are finished, and the empty lines behind the last of them stand between it and what follows.
      this.source = open.committed.slice(open.committed.trimEnd().length) + this.source;
      this.#parser.passList();
    }
    const [block] = this.#sections.open;
    if (open?.kind === 'text') this.#sections.removeOpen();
    else {
      // Of a table, the rows.
      const parts = open?.kind === 'table' ? block?.children[0]?.children[1] : block;
      for (const { node } of parts?.children ?? []) this.sink.remove(node);
      this.#sections.finish(1);
    }
    this.#open = undefined;
  }

  /** Finishes so much as is looked at again as it is shown now. */
  #cut(): void {
    const end = cutIndex(this.source, LONGEST_OPEN);
    const rest = this.source.slice(end);
    this.source = this.source.slice(0, end);
    this.update(true);
    this.#parser.pass(this.#lex(prefixOf(this.#open) + this.source, true));
    this.#sections.finish(this.#sections.open.length);
    this.#open = undefined;
    this.source = rest;
  }

  #commit(
    tokens: Token[],
    nodes: MdNode[][],
    source: string,
    readable: string,
    fence: OpenFence | undefined,
  ): Entrance<N> | undefined {
    // What is closed for the eyes may look like an item's second block, and make its list loose.
    const isAsWritten = source.startsWith(readable);
    const quote = openQuote(tokens);
    const item = isAsWritten ? openItem(tokens, source) : undefined;
    const from = fence?.index ?? quote ?? item?.index ?? firstOpenBlock(tokens);
    const length = rawLength(tokens.slice(0, from));
    if (!source.startsWith(readable.slice(0, length))) return undefined;
    if (from > 0) this.#finish(tokens.slice(0, from), nodes.slice(0, from).flat().length, length);
    const [first] = this.#sections.open;
    const token = tokens[from];
    if (!first || !token) return undefined;
    if (fence && first.code) return this.#leave({ type: 'code', reader: fence.reader, code: first.code });
    if (quote !== undefined) return this.#enterQuote(first);
    const entrance = item && this.#enterItem(first, token as Tokens.List, item);
    if (!entrance && (isAsWritten || token.type !== 'list')) this.#commitWithin(token, first);
    return entrance;
  }

  #finish(tokens: Token[], count: number, length: number): void {
    this.#sections.finish(count);
    this.#parser.pass(tokens);
    this.source = this.source.slice(length - prefixOf(this.#open).length);
    this.#open = undefined;
  }

  #enterQuote(quote: Rendered<N>): Entrance<N> | undefined {
    if (this.#isUnreadable(this.source)) return undefined;
    return this.#leave({ type: 'blockquote', block: quote, source: this.source });
  }

  /** The source goes on elsewhere. */
  #leave(entrance: Entrance<N>): Entrance<N> {
    this.#sections.leave();
    this.source = '';
    return entrance;
  }

  /** Undefined where the item is not one that can be read by itself. */
  #enterItem({ children }: Rendered<N>, list: Tokens.List, { before, item }: OpenItem): Entrance<N> | undefined {
    const opened = this.#isUnreadable(item) ? undefined : ItemReader.open(item);
    const block = children.at(-1);
    if (!block || !opened) return undefined;
    closeCode(children.splice(0).slice(0, -1));
    const open = openList(this.#open, list, before);
    this.#open = open;
    this.source = '';
    return { type: 'list', block, list: open, ...opened, source: item };
  }

  #isUnreadable(source: string): boolean {
    return this.#unreadable === this.text.whole.length - source.length;
  }

  #commitWithin(token: Token, first: Rendered<N>): void {
    // The text of an item in a tight list has nothing around it.
    const shown = token.type === 'text' ? this.#sections.open : first.children;
    const inner = commitWithin(this.sink, this.#open, token, shown, this.source);
    if (!inner) return;
    this.source = this.source.slice(inner.length);
    this.#open = inner.open;
    if (!isTooLong(inner.open)) return;
    this.#closeOpen();
    this.#parser.loosen();
    this.update(false);
  }

  /** Has what was finished of the open block read again, together with the rest; false where that is too much. */
  #reopen(): boolean {
    const open = this.#open;
    if (!open || open.kind === 'table') return false;
    const again = open.kind === 'text' ? this.text.whole.length : open.committed.length;
    if (again > LONGEST_OPEN) return false;
    if (open.kind === 'text') this.#restart();
    else {
      this.source = open.committed + this.source;
      this.#open = undefined;
      // What stands behind it would stand before it then.
      this.#sections.removeOpen();
    }
    return true;
  }
}
