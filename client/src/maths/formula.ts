/** TeX in a text, with what stood around it. */
export interface Formula {
  /** As it stands in the source, delimiters included. */
  readonly raw: string;
  readonly tex: string;
  /** Set apart on a line of its own. */
  readonly display: boolean;
}

type Opener = '$' | '$$' | '\\(' | '\\[';

const CLOSERS: Readonly<Record<Opener, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' };

/** Longer ones are shown as they were written, which bounds what has to be looked at again while one is open. */
const LONGEST_FORMULA = 3_000;

/** Signs that hardly anybody writes between dollars but in a formula. */
const TEX_SIGN = /\\[a-zA-Z]|[\^_={}]/;

/** The delimiter that could open a formula at `index`. */
export function openerAt(source: string, index: number): Opener | undefined {
  if (source[index] === '$') return source[index + 1] === '$' ? '$$' : '$';
  if (source[index] !== '\\') return undefined;
  const next = source[index + 1];
  return next === '(' || next === '[' ? `\\${next}` : undefined;
}

/**
 * The formula at `index` of `source`; `open` where it may become one with what is still to come, undefined where there is
 * none. Prices are none: a single dollar opens only where no word and no space would be torn apart, and what stands
 * between two of them must not read like prose.
 */
export function formulaAt(source: string, index: number, whole: boolean): Formula | 'open' | undefined {
  const opener = openerAt(source, index);
  if (!opener || !mayOpen(source, index, opener)) return undefined;
  const from = index + opener.length;
  const to = closerIndex(source, from, opener);
  if (to === undefined) return undefined;
  // What follows a closing dollar decides whether it is one.
  const undecided = to + 1 >= source.length && opener === '$';
  if (to === source.length || (undecided && !whole)) {
    return !whole && mayBecomeFormula(opener, source.slice(from)) ? 'open' : undefined;
  }
  const tex = source.slice(from, to);
  const end = to + opener.length;
  if (!holdsFormula(opener, tex) || (opener === '$' && /[\w$]/.test(source[end] ?? ''))) return undefined;
  return { raw: source.slice(index, end), tex: tex.trim(), display: opener === '$$' || opener === '\\[' };
}

function mayOpen(source: string, index: number, opener: Opener): boolean {
  if (opener === '\\(' || opener === '\\[') return true;
  const before = source[index - 1] ?? '';
  if (before === '$' || before === '\\') return false;
  return opener === '$$' || (!/\w/.test(before) && /\S/.test(source[index + 1] ?? ' '));
}

/** Where the closing delimiter stands; the end of the source if it may still come; undefined if it can't. */
function closerIndex(source: string, from: number, opener: Opener): number | undefined {
  const closer = CLOSERS[opener];
  const last = Math.min(source.length, from + LONGEST_FORMULA);
  for (let i = from; i < last; i++) {
    if (source.startsWith(closer, i)) return i;
    const sign = source[i];
    if (sign === '`' || (sign === '\n' && opener === '$')) return undefined;
    if (sign === '\n') {
      const next = source.indexOf('\n', i + 1);
      const line = source.slice(i + 1, next < 0 ? source.length : next);
      if (/^[ \t>]*$/.test(line)) return next < 0 ? source.length : undefined;
    }
    if (sign !== '\\') continue;
    // Formulas do not nest, so each place is looked at once.
    if (opener.startsWith('\\') && /[([]/.test(source[i + 1] ?? '')) return undefined;
    i++;
  }
  return last === source.length ? last : undefined;
}

function holdsFormula(opener: Opener, tex: string): boolean {
  if (tex.trim() === '' || (opener === '$' && /\s$/.test(tex))) return false;
  // Escaped brackets around a word, a number or a tick are no formula.
  if (opener === '\\[' && /^ ?\w* ?$/.test(tex)) return false;
  return TEX_SIGN.test(tex) || !readsLikeProse(tex);
}

/** Words that stand by themselves, as no product of variables would. */
function readsLikeProse(tex: string): boolean {
  if (/^\s*[\d.,]+/.test(tex)) return /(?:^|\s)\p{L}{2,}(?![\p{L}(])|\p{L}{3}/u.test(tex);
  return /\p{L}{4}|\p{L}{3}\s|\p{Lo}/u.test(tex) && !/[+*/<>|]|\w\(/.test(tex);
}

/** A lone dollar is a price until TeX follows it. */
function mayBecomeFormula(opener: Opener, begun: string): boolean {
  return opener !== '$' || TEX_SIGN.test(begun);
}
