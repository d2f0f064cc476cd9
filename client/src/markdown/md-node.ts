/**
 * Markdown as a plain tree, between the parser's tokens and the page's elements. It can be compared, patched and tested
 * without a browser, and nothing in it can be anything but text, a known element, code, or a formula.
 */
export type MdNode = MdText | MdElement | MdCode | MdFormula;

export interface MdText {
  readonly kind: 'text';
  readonly text: string;
}

export interface MdElement {
  readonly kind: 'element';
  readonly tag: MdTag;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MdNode[];
}

/** A block of code; `text` is exact and has no final line end. */
export interface MdCode {
  readonly kind: 'code';
  readonly language: string;
  readonly text: string;
}

/** TeX; `source` is how it was written, delimiters included. */
export interface MdFormula {
  readonly kind: 'formula';
  readonly tex: string;
  readonly display: boolean;
  readonly source: string;
}

/** Every element that a message can turn into. None loads, runs or submits anything. */
export type MdTag =
  | (
      | 'p'
      | 'h1'
      | 'h2'
      | 'h3'
      | 'h4'
      | 'h5'
      | 'h6'
      | 'blockquote'
      | 'hr'
      | 'ul'
      | 'ol'
      | 'li'
      | 'div'
      | 'table'
      | 'thead'
    )
  | ('tbody' | 'tr' | 'th' | 'td' | 'strong' | 'em' | 'del' | 'code' | 'br' | 'a' | 'small' | 'input');

export function text(value: string): MdText {
  return { kind: 'text', text: value };
}

export function element(
  tag: MdTag,
  children: readonly MdNode[] = [],
  attributes: Readonly<Record<string, string>> = {},
): MdElement {
  return { kind: 'element', tag, attributes, children };
}
