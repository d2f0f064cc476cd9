import type { Token, Tokens } from 'marked';
import { FenceReader } from './fence-reader.js';
import { rawLength } from './tail-lexer.js';

/** From this length on a quotation or a list item is read by itself. */
const LONG_CHARS = 1_200;

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
  const before = items
    .slice(0, -1)
    .map(({ raw }) => raw)
    .join('');
  const item = source.slice(rawLength(tokens.slice(0, index)) + before.length);
  return item.length >= LONG_CHARS ? { index, before, item } : undefined;
}

/** Whether it is code that ends only where the text does. */
export function isOpenCode(token: Token | undefined): boolean {
  return token?.type === 'code' && !/^ {0,3}(`{3,}|~{3,})[^]*\n {0,3}\1[`~]* *$/.test(token.raw);
}
