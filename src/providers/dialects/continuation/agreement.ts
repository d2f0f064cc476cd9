/** A written character: a base with its marks, a Korean syllable in its parts, or a line end. */
const CHARACTER = /\r\n|(?:(?:[\u1100-\u115f][\u1160-\u11a7]|[\uac00-\ud7a3])[\u11a8-\u11ff]?|[^])\p{M}*/uy;
/** Part of the character before it. */
const INNER = /[\p{M}\u1160-\u11ff\uDC00-\uDFFF]/u;
const SINGLE_QUOTES = /^[‘’‚‛‹›]$/;
const DOUBLE_QUOTES = /^[“”„‟«»]$/;
/** No character has more parts. In UTF-16 units. */
const LONGEST_CHARACTER = 32;

export type AgreementState = 'open' | 'different' | 'whole';

/**
 * How far a text agrees with `target` from `start` on, whatever Unicode normal form, line ends and quotation marks each
 * has. The text comes in pieces; each costs time for its own length only.
 */
export class Agreement {
  state: AgreementState = 'open';
  /** How much of the text agrees. In UTF-16 units. */
  consumed = 0;
  /** Where the agreement ends in the target. */
  at: number;
  /** What came after the end of the target. */
  rest = '';
  /** The start of a character that may still agree in another form. */
  #pending = '';

  constructor(
    private readonly target: string,
    private readonly start: number,
  ) {
    this.at = start;
  }

  push(piece: string): AgreementState {
    if (this.state !== 'open') return this.state;
    let text = this.#pending + piece;
    this.#pending = '';
    for (;;) {
      const same = this.#skipSame(text);
      if (this.at === this.target.length) {
        this.rest = text.slice(same);
        return (this.state = 'whole');
      }
      if (same === text.length) return this.state;
      const rest = this.#otherForm(text.slice(same));
      if (rest === undefined) return this.state;
      text = rest;
    }
  }

  #skipSame(text: string): number {
    let same = 0;
    while (same < text.length && this.target.charCodeAt(this.at + same) === text.charCodeAt(same)) same++;
    this.at += same;
    this.consumed += same;
    return same;
  }

  /** Reads one character that differs in its form. Returns the text after it; undefined where the comparison stops. */
  #otherForm(text: string): string | undefined {
    const shared = this.#insideCharacter(text);
    const begun = this.target.slice(this.at - shared, this.at) + text.slice(0, LONGEST_CHARACTER);
    const expected = characterAt(this.target, this.at - shared);
    const found = sameCharacter(expected, characterAt(begun, 0));
    if (found === undefined || found.length <= shared) {
      if (mayGrowTo(expected, begun)) this.#pending = text;
      else this.state = 'different';
      return undefined;
    }
    this.at += expected.length - shared;
    this.consumed += found.length - shared;
    return text.slice(found.length - shared);
  }

  /** How much of the character that `text` continues has already agreed. */
  #insideCharacter(text: string): number {
    if (!INNER.test(text.charAt(0)) && !INNER.test(this.target.charAt(this.at))) return 0;
    let from = this.at;
    while (from > this.start && this.at - from < LONGEST_CHARACTER) {
      from--;
      if (!INNER.test(this.target.charAt(from))) break;
    }
    return this.at - from;
  }
}

function characterAt(text: string, at: number): string {
  CHARACTER.lastIndex = at;
  return CHARACTER.exec(text)?.[0] ?? '';
}

/** The part of `found` that is `expected` in another form, without marks that the target does not have. */
function sameCharacter(expected: string, found: string): string | undefined {
  const form = formOf(expected);
  const codePoints = [...found];
  for (let length = codePoints.length; length > 0; length--) {
    const part = codePoints.slice(0, length).join('');
    if (formOf(part) === form) return part;
  }
  return undefined;
}

/** Whether `begun` is part of a character that may become `expected`. */
function mayGrowTo(expected: string, begun: string): boolean {
  if (begun === '\r') return expected === '\n';
  const [form, known] = [formOf(expected), formOf(begun)];
  return characterAt(begun, 0) === begun && known.length < form.length && form.startsWith(known.charAt(0));
}

/** One form for all that models exchange when they quote: `“` and `"`, `１` and `1`, either line end. */
function formOf(character: string): string {
  const form = character.normalize('NFKD');
  if (SINGLE_QUOTES.test(form)) return "'";
  if (DOUBLE_QUOTES.test(form)) return '"';
  return form === '\r\n' ? '\n' : form;
}
