import type { Links, Token } from 'marked';
import { inlineNodes } from './inline-tree.js';
import type { MdNode } from './md-node.js';
import { openNode, type OpenBlock } from './open-block.js';
import { definitionsIn, lex } from './tail-lexer.js';

/** Of what a text is a part. */
export interface Surroundings {
  /** The links that the whole text knows. */
  readonly links: Links;
  /** In how many quotations and items it is; 0: it is the whole. */
  readonly depth: number;
  /** Of a list item: whether its list is loose, and whether it begins with a box to tick. */
  readonly item?: { readonly loose: boolean; readonly task: boolean };
}

/** Of what is no part of anything. */
export function wholeText(): Surroundings {
  return { links: Object.create(null) as Links, depth: 0 };
}

/** Parses a text piece by piece as what it is: a whole, or the inside of a quotation or a list item. */
export class PartParser {
  #behindList = false;
  #isLoose: boolean;

  constructor(readonly within: Surroundings) {
    this.#isLoose = within.item?.loose ?? false;
  }

  /** The links that the text knows. */
  get links(): Links {
    return this.within.links;
  }

  /** @param atStart whether nothing of the text stands before `source` */
  lex(source: string, whole: boolean, atStart: boolean): Token[] {
    const { depth, item } = this.within;
    const context = item && { ...item, loose: this.#isLoose, behindList: this.#behindList, task: item.task && atStart };
    return lex(source, this.links, whole, { depth, item: context });
  }

  /** Whether the text is no part of another one. */
  get isWhole(): boolean {
    return this.within.depth === 0;
  }

  /** What `token` shows; as the rest of the open block, if there is one. */
  nodes(open: OpenBlock | undefined, token: Token): MdNode[] {
    // The text of an item in a tight list has no paragraph around it.
    if (this.within.item && token.type === 'text') return inlineNodes([token]);
    const node = openNode(open, token, this.isWhole);
    return node ? [node] : [];
  }

  /** These blocks stand before all that is parsed from now on. */
  pass(tokens: readonly Token[]): void {
    for (const { tag, href, title } of definitionsIn(tokens)) this.links[tag] ??= { href, title };
    if (tokens.some(({ type }) => type === 'list')) this.passList();
  }

  passList(): void {
    this.#behindList = true;
  }

  /** From now on the texts of an item are paragraphs, also in a tight list. */
  loosen(): void {
    this.#isLoose = true;
  }

  /** The text is parsed from its beginning again. */
  restart(): void {
    this.#behindList = false;
    this.#isLoose = this.within.item?.loose ?? false;
  }
}
