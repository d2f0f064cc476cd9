import type { Links, Token, Tokens, TokensList } from 'marked';
import { FenceReader } from './fence-reader.js';
import { FormulaLexer, leavesOpenInside } from './formula-lexer.js';

/** From this length on a quotation or a list item is read by itself. */
const LONG_CHARS = 1_200;

/** What the parser knows of a list item when it reads a part of its inside. */
export interface ItemContext {
  readonly loose: boolean;
  /** From its first list on, the parser takes the texts of any item for paragraphs. */
  readonly behindList: boolean;
  /** The part begins with the box of a task. */
  readonly task: boolean;
}

/**
 * The tokens of `source`, which is `whole` or still to be continued, and of a list item or not; reference links resolve
 * against `links` too.
 */
export function lex(source: string, links: Links, whole: boolean, item?: ItemContext): TokensList {
  const lexer = new FormulaLexer(whole, item?.task);
  lexer.state.top = item?.behindList ?? true;
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(source);
  if (!whole && leavesOpenInside(tokens)) return lex(source, links, true, item);
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

/**
 * Index of the first token that text to come may still change: the last two blocks. One is not enough, as what looks like
 * a new paragraph may turn out to be the next item of the list before it; only a block of several lines is what it is.
 */
export function firstOpenBlock(tokens: readonly Token[]): number {
  let blocks = 0;
  for (const [i, token] of [...tokens.entries()].reverse()) {
    if (token.type === 'space') continue;
    blocks += 1;
    if (blocks === 1 ? isSettled(token) : !leansOnParagraph(tokens, i)) return i;
  }
  return 0;
}

function isSettled(token: Token): boolean {
  if (token.type === 'list') return (token as Tokens.List).items.length > 2;
  if (token.type === 'table') return (token as Tokens.Table).rows.length > 2;
  return (token.type === 'paragraph' || token.type === 'text') && token.raw.length > LONG_CHARS;
}

/** What a tag at the beginning of a line means depends on whether the line before it is a paragraph's. */
function leansOnParagraph(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.type === 'paragraph' && /^ {0,3}</.test(tokens[index]?.raw ?? '');
}

/** An unfinished code fence: its token's index, its reader, and the code so far. */
export interface OpenFence {
  readonly index: number;
  readonly reader: FenceReader;
  readonly code: string;
}

/** An unfinished code fence at the end of `source`. */
export function openFence(tokens: readonly Token[], source: string): OpenFence | undefined {
  const index = tokens.findLastIndex((token) => token.type !== 'space');
  if (index < 0 || tokens[index]?.type !== 'code') return undefined;
  const fence = FenceReader.open(source.slice(rawLength(tokens.slice(0, index))));
  if (!fence) return undefined;
  const code = fence.reader.feed(fence.inside);
  return fence.reader.rest === undefined ? { index, reader: fence.reader, code } : undefined;
}

/** Index of the token of a long quotation at the end of the source. */
export function openQuote(tokens: readonly Token[]): number | undefined {
  const last = tokens.at(-1);
  return last?.type === 'blockquote' && last.raw.length >= LONG_CHARS ? tokens.length - 1 : undefined;
}

/** The last item of a list, if it is long and may go on: its token, its source, and that of the items before it. */
export interface OpenItem {
  readonly index: number;
  readonly before: string;
  readonly item: string;
}

/** A long list item at the end of `source`. */
export function openItem(tokens: readonly Token[], source: string): OpenItem | undefined {
  const index = tokens.length - 1;
  if (tokens[index]?.type !== 'list') return undefined;
  const items = (tokens[index] as Tokens.List).items;
  const before = items.slice(0, -1).map(({ raw }) => raw).join('');
  const item = source.slice(rawLength(tokens.slice(0, index)) + before.length);
  return item.length >= LONG_CHARS ? { index, before, item } : undefined;
}

/** A last line of dashes and the like may yet be a table's second line, and the parser cuts what is before it on suspicion. */
export function endsInMarker(source: string): boolean {
  return /(?:^|\n)[ \t>]*[|:=-][ \t|:=-]*$/.test(source);
}
