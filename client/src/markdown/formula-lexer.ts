import { Lexer, type Hooks, type MarkedToken, type Token, type Tokens, type TokensList } from 'marked';
import { formulaAt, openerAt, type Formula } from '../maths/formula.js';
import { BoundedTokenizer, DEEPEST } from './bounded-tokenizer.js';
import { TASK_BOX } from './line-beginning.js';
import { parserWork } from './parser-work.js';
import { quickRules } from './quick-rules.js';

/** A formula among the parser's tokens. */
export interface FormulaToken extends Formula {
  readonly type: 'formula';
}

/** A formula whose end has not come yet; shown as it was written. */
interface OpenFormulaToken {
  readonly type: 'openFormula';
  readonly raw: string;
}

/**
 * The parser with formulas. In a source that is not `whole`, one that is still open at the end is taken as plain text. The
 * inside of an item that is a `task` begins with its box.
 */
export class FormulaLexer extends Lexer {
  /** The inline text that is being read, and whether it is the one that the source ends in, unless that is whole. */
  #inline = '';
  #isOpen = false;
  #depth = 0;
  /** What is emphasis must not depend on the signs inside formulas. */
  readonly #formulasMasked = {
    emStrongMask: (masked: string) => maskFormulas(this.#inline, masked, !this.#isOpen),
  } as Hooks;

  constructor(
    private readonly whole: boolean,
    depth: number,
    private readonly task = false,
  ) {
    const tokenizer = new BoundedTokenizer((text) => nextBlockFormula(text, whole), depth);
    super({ gfm: true, tokenizer });
    tokenizer.rules = quickRules(tokenizer.rules);
    this.options.extensions = {
      renderers: {},
      childTokens: {},
      block: [(source) => blockFormula(source, whole)],
      inline: [(source, before) => inlineFormula(source, before, !this.#isOpen)],
      startBlock: [(source) => nextBlockFormula(source, whole)],
      startInline: [(source) => source.indexOf('$')],
    };
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const box = this.task && isTextOf(this.tokens[0], tokens) ? TASK_BOX.exec(source)?.[0] : undefined;
    if (box === undefined) return this.#inlineTokens(source, tokens);
    tokens.push({ type: 'checkbox', raw: box, checked: !box.startsWith('[ ]') });
    return this.#inlineTokens(source.slice(box.length), tokens);
  }

  #inlineTokens(source: string, tokens: Token[]): Token[] {
    if (this.#depth > DEEPEST || parserWork.isDone) return [...tokens, { type: 'text', raw: source, text: source }];
    const [outer, outerIsOpen, outerHooks] = [this.#inline, this.#isOpen, this.options.hooks ?? null];
    this.#inline = source;
    this.#isOpen = !this.whole && tokens === openInline(this.tokens);
    // With hooks, the parser also masks what has nothing to mask.
    this.options.hooks = /[$\\]/.test(source) && /[*_~]/.test(source) ? this.#formulasMasked : null;
    this.#depth += 1;
    const result = super.inlineTokens(source, tokens);
    this.#depth -= 1;
    [this.#inline, this.#isOpen, this.options.hooks] = [outer, outerIsOpen, outerHooks];
    return result;
  }
}

function isTextOf(block: Token | undefined, tokens: Token[]): boolean {
  return (block?.type === 'text' || block?.type === 'paragraph') && (block as Tokens.Text).tokens === tokens;
}

/** Whether a formula was left open elsewhere than at the end of the source: in a list item or quotation that is over. */
export function leavesOpenInside(blocks: readonly Token[], atEnd = true): boolean {
  return blocks.some((block, i) => {
    const isLast = atEnd && i === blocks.length - 1;
    const token = block as MarkedToken | OpenFormulaToken;
    if (token.type === 'openFormula') return !isLast;
    if (token.type === 'blockquote') return leavesOpenInside(token.tokens, isLast);
    if (token.type !== 'list') return false;
    return token.items.some((item, k) => leavesOpenInside(item.tokens, isLast && k === token.items.length - 1));
  });
}

/** The tokens of the text that the source ends in; undefined where it ends in something else. */
function openInline(blocks: readonly Token[]): Token[] | undefined {
  const last = blocks.at(-1) as MarkedToken | undefined;
  switch (last?.type) {
    case 'paragraph':
    case 'heading':
    case 'text':
      return last.tokens;
    case 'blockquote':
      return openInline(last.tokens);
    case 'list':
      return openInline(last.items.at(-1)?.tokens ?? []);
    case 'table':
      return (last.rows.at(-1) ?? last.header).at(-1)?.tokens;
    default:
      return undefined;
  }
}

/** Where a formula that has no end yet begins in `source`; undefined if there is none, or if it is inside code. */
export function openFormulaIndex(source: string): number | undefined {
  const line = blockFormula(source, false) ? 0 : nextBlockFormula(source, false);
  if (line !== undefined && blockFormula(source.slice(line), false)?.type === 'openFormula') return line;
  for (const { index, formula } of formulasIn(source, false)) if (formula === 'open') return index;
  return undefined;
}

/** Length of the part of `source` that ends with its last formula on lines of its own; 0 if there is none. */
export function afterBlockFormulas(source: string): number {
  let end = 0;
  for (let next: number | undefined = 0; next !== undefined;) {
    const formula = blockFormula(source.slice(next), false);
    if (formula?.type === 'formula') end = next + formula.raw.length;
    const from = Math.max(end, next);
    const more = nextBlockFormula(source.slice(from), false);
    next = more === undefined ? undefined : from + more;
  }
  return end;
}

/** A formula on lines of its own. */
function blockFormula(source: string, whole: boolean): Tokens.Generic | undefined {
  const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(source)?.[0].length;
  if (indent === undefined) return undefined;
  const formula = formulaAt(source, indent, whole);
  if (formula === 'open') return open(source);
  if (!formula) return undefined;
  const end = indent + formula.raw.length;
  const after = /^[ \t]*(?:\n+|$)/.exec(source.slice(end))?.[0];
  if (after === undefined) return undefined;
  // More may follow on its line, and then it is a part of a paragraph.
  if (!whole && end + after.length === source.length && !after.includes('\n')) return open(source);
  return { type: 'formula', ...formula, raw: source.slice(0, end + after.length) };
}

function inlineFormula(source: string, before: Token[] | TokensList, whole: boolean): Tokens.Generic | undefined {
  if (!openerAt(source, 0)) return undefined;
  const last = before.at(-1)?.raw.at(-1) ?? '';
  // The sign before decides, and the parser has cut it off.
  const formula = formulaAt(last + source, last.length, whole);
  if (formula === 'open') return open(source);
  return formula && { type: 'formula', ...formula };
}

function open(raw: string): OpenFormulaToken {
  return { type: 'openFormula', raw };
}

/** Index of the next line that begins a formula, so that a paragraph ends before it. */
function nextBlockFormula(source: string, whole: boolean): number | undefined {
  // Quicker than the pattern, and each block asks this of all that follows it.
  if (!source.includes('$$') && !source.includes('\\[')) return undefined;
  for (const match of source.matchAll(/\n(?= {0,3}(?:\$\$|\\\[))/g)) {
    if (blockFormula(source.slice(match.index + 1), whole)) return match.index + 1;
  }
  return undefined;
}

/** `masked` with the formulas of `source`, which is as long, filled up with letters. */
export function maskFormulas(source: string, masked: string, whole: boolean): string {
  if (source.length !== masked.length) return masked;
  let result = masked;
  for (const { index, formula } of formulasIn(source, whole)) {
    const end = formula === 'open' ? source.length : index + formula.raw.length;
    result = result.slice(0, index) + 'a'.repeat(end - index) + result.slice(end);
  }
  return result;
}

/** The formulas of an inline text outside its code. */
function* formulasIn(source: string, whole: boolean): Generator<{ index: number; formula: Formula | 'open' }> {
  for (let i = 0; i < source.length; i++) {
    const sign = source[i];
    if (sign === '`') {
      const ticks = /^`+/.exec(source.slice(i, i + 40))?.[0] ?? '`';
      const close = closingTicks(source, i + ticks.length, ticks);
      // Half a code span is code already.
      if (close === undefined && !whole) return;
      i = (close ?? i) + ticks.length - 1;
    } else if (sign === '$' || sign === '\\') {
      const formula = formulaAt(source, i, whole);
      if (formula) yield { index: i, formula };
      if (formula === 'open') return;
      i += formula ? formula.raw.length - 1 : sign === '\\' ? 1 : 0;
    }
  }
}

function closingTicks(source: string, from: number, ticks: string): number | undefined {
  for (const match of source.slice(from).matchAll(/`+/g)) if (match[0] === ticks) return from + match.index;
  return undefined;
}
