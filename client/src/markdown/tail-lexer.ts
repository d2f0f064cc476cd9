import type { Links, Token, Tokens, TokensList } from 'marked';
import { FormulaLexer, leavesOpenInside } from './formula-lexer.js';
import { parserWork } from './parser-work.js';

/** What the parser knows of a list item when it reads a part of its inside. */
export interface ItemContext {
  readonly loose: boolean;
  /** From its first list on, the parser takes the texts of any item for paragraphs. */
  readonly behindList: boolean;
  /** The part begins with the box of a task. */
  readonly task: boolean;
}

/** Where a text stands. */
export interface Place {
  /** In how many quotations and items. */
  readonly depth: number;
  /** The item that it is a part of. */
  readonly item?: ItemContext | undefined;
}

/** The tokens of `source`, which is `whole` or still to be continued; reference links resolve against `links` too. */
export function lex(source: string, links: Links, whole: boolean, { depth, item }: Place = { depth: 0 }): TokensList {
  parserWork.begin();
  const lexer = new FormulaLexer(whole, depth, item?.task);
  lexer.state.top = item?.behindList ?? true;
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(source);
  if (!whole && leavesOpenInside(tokens)) return lex(source, links, true, { depth, item });
  if (item?.loose) for (const token of tokens) if (token.type === 'text') token.type = 'paragraph';
  return tokens;
}

/** Whether there is an empty line between two of these blocks, as the parser sees it. */
export function hasGap(tokens: readonly Token[]): boolean {
  return tokens.some(({ type, raw }, i) => type === 'space' && i < tokens.length - 1 && /\n.*\n/.test(raw));
}

/** Length of the source that these tokens stand for. */
export function rawLength(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + token.raw.length, 0);
}

/** The definitions of links in these blocks, also those within quotations and lists. */
export function definitionsIn(tokens: readonly Token[]): Tokens.Def[] {
  return tokens.flatMap((token) => {
    if (token.type === 'def') return [token as Tokens.Def];
    if (token.type === 'blockquote') return definitionsIn((token as Tokens.Blockquote).tokens);
    if (token.type === 'list') return (token as Tokens.List).items.flatMap((item) => definitionsIn(item.tokens));
    return [];
  });
}

/** A last line of dashes and the like may yet be a table's second line, and the parser cuts what is before it on suspicion. */
export function endsInMarker(source: string): boolean {
  return /(?:^|\n)[ \t>]*[|:=-][ \t|:=-]*$/.test(source);
}
