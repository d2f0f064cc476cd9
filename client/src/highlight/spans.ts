import type { Token, TokenStream } from 'prismjs';

/** A run of code of one colour; `kind` is '' for plain text. */
export interface Span {
  readonly kind: SpanKind;
  readonly text: string;
}

export type SpanKind =
  '' | 'comment' | 'string' | 'number' | 'keyword' | 'function' | 'type' | 'tag' | 'add' | 'remove';

const KINDS: Readonly<Record<string, SpanKind>> = {
  comment: 'comment',
  prolog: 'comment',
  doctype: 'comment',
  cdata: 'comment',
  shebang: 'comment',
  string: 'string',
  'template-string': 'string',
  'triple-quoted-string': 'string',
  'attr-value': 'string',
  char: 'string',
  regex: 'string',
  url: 'string',
  scalar: 'string',
  number: 'number',
  boolean: 'number',
  constant: 'number',
  datetime: 'number',
  null: 'number',
  keyword: 'keyword',
  atrule: 'keyword',
  important: 'keyword',
  builtin: 'keyword',
  'control-flow': 'keyword',
  function: 'function',
  'function-definition': 'function',
  selector: 'function',
  macro: 'function',
  'class-name': 'type',
  property: 'type',
  key: 'type',
  'attr-name': 'type',
  table: 'type',
  annotation: 'type',
  decorator: 'type',
  tag: 'tag',
  'assign-left': 'type',
  variable: 'type',
  'inserted-sign': 'add',
  inserted: 'add',
  'deleted-sign': 'remove',
  deleted: 'remove',
};

/** Prism's nested tokens as flat spans: the innermost kind that has a colour wins. */
export function spansOf(stream: TokenStream): Span[] {
  const spans: Span[] = [];
  collect(stream, '', spans);
  return spans;
}

function collect(stream: TokenStream, kind: SpanKind, spans: Span[]): void {
  if (typeof stream === 'string') {
    const last = spans.at(-1);
    if (last?.kind === kind) spans[spans.length - 1] = { kind, text: last.text + stream };
    else if (stream !== '') spans.push({ kind, text: stream });
  } else if (Array.isArray(stream)) {
    for (const part of stream) collect(part, kind, spans);
  } else collect(stream.content, kindOf(stream) || kind, spans);
}

function kindOf(token: Token): SpanKind {
  for (const name of [token.type, token.alias].flat()) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (kind) return kind;
  }
  return '';
}
