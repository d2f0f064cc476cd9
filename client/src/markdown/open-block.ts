import type { Token, Tokens } from 'marked';
import { blockNode, listNode } from './block-tree.js';
import type { MdNode } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import { commitText } from './open-paragraph.js';
import { closeCode, type Rendered } from './patch.js';

/** A list, table or paragraph whose first part is finished and only the rest is still read. */
export type OpenBlock =
  | OpenList
  | { readonly kind: 'table'; readonly head: string }
  | { readonly kind: 'paragraph' | 'text'; readonly committed: string };

export interface OpenList {
  readonly kind: 'list';
  readonly start: number | '';
  /** The sign that all its items have, whatever their numbers. */
  readonly bullet: string;
  readonly loose: boolean;
  /** The source of the items that are finished. */
  committed: string;
  /** Whether it ends in an empty line. */
  endsInGap: boolean;
}

/** The browser lays out a paragraph anew with all that is added to it, and one of 200 KB takes it seconds. */
const LONGEST_PARAGRAPH = 20_000;

/** Whether what is finished of a paragraph is all that it may have: what follows is another one. */
export function isTooLong(open: OpenBlock): boolean {
  return (open.kind === 'paragraph' || open.kind === 'text') && open.committed.length > LONGEST_PARAGRAPH;
}

/** Items and rows that stay open, for the reason that blocks do. */
const KEPT = 2;

/** What has to stand before the rest of the source for the parser to know what it is reading. */
export function prefixOf(open: OpenBlock | undefined): string {
  return open?.kind === 'table' ? open.head : '';
}

/** Whether `token`, the first of the rest, goes on with the open block. */
export function continues(open: OpenBlock | undefined, token: Token | undefined): boolean {
  if (open?.kind === 'list' && token?.type === 'list') return bulletOf(token as Tokens.List) === open.bullet;
  return open === undefined || token?.type === open.kind;
}

/**
 * Whether the rest says that what was finished is something else. One blank line between any two items makes the whole list
 * loose, also the items that were finished as tight ones; a line of dashes makes all lines before it a heading or a table.
 */
export function isOtherwise(open: OpenBlock | undefined, token: Token | undefined): boolean {
  if (open?.kind === 'paragraph' || open?.kind === 'text') return token?.type !== open.kind;
  if (open?.kind !== 'list' || open.loose || !continues(open, token)) return false;
  return (token as Tokens.List).loose || open.endsInGap;
}

/** The node of the first token, seen as the rest of the open block. */
export function openNode(open: OpenBlock | undefined, token: Token, isOutermost: boolean): MdNode | undefined {
  if (open?.kind !== 'list') return blockNode(token, isOutermost);
  const list = token as Tokens.List;
  return listNode({ ...list, start: open.start }, open.loose || list.loose);
}

/** How much of the source is finished now, and what is open then. */
export interface InnerCommit {
  readonly length: number;
  readonly open: OpenBlock;
}

/** Finishes all but the end of the list, table or paragraph that has these children; undefined if there is nothing to do. */
export function commitWithin<N>(
  sink: NodeSink<N>,
  open: OpenBlock | undefined,
  token: Token,
  shown: Rendered<N>[],
  source: string,
): InnerCommit | undefined {
  if (token.type === 'list') return commitItems(open, token as Tokens.List, shown, source);
  if (token.type === 'table') return commitRows(sink, open, token as Tokens.Table, shown);
  if (token.type === 'paragraph' || token.type === 'text')
    return commitWords(sink, open, token as Tokens.Paragraph | Tokens.Text, shown, source);
  return undefined;
}

function commitWords<N>(
  sink: NodeSink<N>,
  open: OpenBlock | undefined,
  paragraph: Tokens.Paragraph | Tokens.Text,
  shown: Rendered<N>[],
  source: string,
): InnerCommit | undefined {
  const length = commitText(sink, paragraph, shown, source);
  if (length === 0) return undefined;
  const before = open?.kind === paragraph.type ? open.committed : '';
  return { length, open: { kind: paragraph.type, committed: before + paragraph.raw.slice(0, length) } };
}

function commitItems<N>(
  open: OpenBlock | undefined,
  list: Tokens.List,
  shown: Rendered<N>[],
  source: string,
): InnerCommit | undefined {
  const finished = list.items.slice(0, -KEPT);
  const raw = finished.map((item) => item.raw).join('');
  if (finished.length === 0 || !source.startsWith(raw)) return undefined;
  closeCode(shown.splice(0, finished.length));
  return { length: raw.length, open: openList(open, list, raw) };
}

/** The list of which, with those before, the items with this source are finished. */
export function openList(open: OpenBlock | undefined, list: Tokens.List, raw: string): OpenList {
  const before = open?.kind === 'list' ? open : undefined;
  return {
    kind: 'list',
    start: before ? before.start : list.start,
    bullet: bulletOf(list),
    loose: (before?.loose ?? false) || list.loose,
    committed: (before?.committed ?? '') + raw,
    endsInGap: false,
  };
}

function bulletOf({ raw }: Tokens.List): string {
  return /^ {0,3}\d*([^])/.exec(raw)?.[1] ?? '';
}

function commitRows<N>(
  sink: NodeSink<N>,
  open: OpenBlock | undefined,
  table: Tokens.Table,
  shown: Rendered<N>[],
): InnerCommit | undefined {
  const lines = table.raw.trimEnd().split('\n');
  const finished = lines.slice(2, -KEPT);
  const parts = shown[0]?.children;
  const body = parts?.[1];
  if (!parts || !body || finished.length === 0 || table.rows.length !== lines.length - 2) return undefined;
  body.children.splice(0, finished.length);
  // Rows that are still open stay where they are; those to come go on in the next part.
  parts[1] = { ...body, node: sink.tablePart(body.node) };
  const head = lines.slice(0, 2).join('\n') + '\n';
  const rowsLength = finished.join('\n').length + 1;
  return { length: rowsLength + (open?.kind === 'table' ? 0 : head.length), open: { kind: 'table', head } };
}
