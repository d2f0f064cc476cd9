import type { Links, Token, Tokens, TokensList } from 'marked';
import { FenceReader } from './fence-reader.js';
import { FormulaLexer, leavesOpenInside } from './formula-lexer.js';

/** The tokens of `source`, which is `whole` or still to be continued; reference links resolve against `links` too. */
export function lex(source: string, links: Links, whole: boolean): TokensList {
  const lexer = new FormulaLexer(whole);
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(source);
  return whole || !leavesOpenInside(tokens) ? tokens : lex(source, links, true);
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
 * a new paragraph may turn out to be the next item of the list before it.
 */
export function firstOpenBlock(tokens: readonly Token[]): number {
  let blocks = 0;
  for (let i = tokens.length - 1; i >= 0; i--) {
    if (tokens[i]?.type !== 'space' && ++blocks >= 2 && !leansOnParagraph(tokens, i)) return i;
  }
  return 0;
}

/** What a tag at the beginning of a line means depends on whether the line before it is a paragraph's. */
function leansOnParagraph(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.type === 'paragraph' && /^ {0,3}</.test(tokens[index]?.raw ?? '');
}

/** An unfinished, unindented code fence at the end of `source`: its token's index, its reader, and the code so far. */
export function openFence(
  tokens: readonly Token[],
  source: string,
): { index: number; reader: FenceReader; code: string } | undefined {
  const index = tokens.findLastIndex((token) => token.type !== 'space');
  if (index < 0 || tokens[index]?.type !== 'code') return undefined;
  const fence = FenceReader.open(source.slice(rawLength(tokens.slice(0, index))));
  if (!fence) return undefined;
  const code = fence.reader.feed(fence.inside);
  return fence.reader.rest === undefined ? { index, reader: fence.reader, code } : undefined;
}

/** From this length on a quotation is read by itself. */
const LONG_QUOTE_CHARS = 1_200;

/** Index of the token of a long quotation at the end of `source` that may go on, each line of which bears its mark. */
export function openQuote(tokens: readonly Token[], source: string): number | undefined {
  const index = tokens.length - 1;
  if (tokens[index]?.type !== 'blockquote') return undefined;
  const quote = source.slice(rawLength(tokens.slice(0, index)));
  return quote.length >= LONG_QUOTE_CHARS && /^(?: {0,3}>[^\n]*(?:\n|$))+$/.test(quote) ? index : undefined;
}

/** A last line of dashes and the like may yet be a table's second line, and the parser cuts what is before it on suspicion. */
export function endsInMarker(source: string): boolean {
  return /(?:^|\n)[ \t>]*[|:=-][ \t|:=-]*$/.test(source);
}
