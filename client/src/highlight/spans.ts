import type { Token, TokenStream } from 'prismjs';

/** A run of code of one colour; `kind` is '' for plain text. */
export interface Span {
  readonly kind: SpanKind;
  readonly text: string;
}

export type SpanKind = Colour | '';

type Colour = 'comment' | 'string' | 'number' | 'keyword' | 'function' | 'type' | 'tag' | 'add' | 'remove';

/** What Prism's grammars call the tokens of each colour. */
const NAMES: Readonly<Record<Colour, string>> = {
  comment: 'comment prolog doctype cdata shebang',
  string: 'string template-string triple-quoted-string attr-value char regex url scalar',
  number: 'number boolean constant datetime null',
  keyword: 'keyword atrule important builtin control-flow',
  function: 'function function-definition selector macro',
  type: 'class-name property key attr-name table annotation decorator assign-left variable',
  tag: 'tag',
  add: 'inserted-sign inserted',
  remove: 'deleted-sign deleted',
};

const COLOURS = new Map(
  Object.entries(NAMES).flatMap(([colour, names]) => names.split(' ').map((name) => [name, colour as Colour] as const)),
);

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

function kindOf({ type, alias }: Token): SpanKind {
  const named = [type, alias].flat().find((name) => COLOURS.has(name));
  return COLOURS.get(named ?? '') ?? '';
}
