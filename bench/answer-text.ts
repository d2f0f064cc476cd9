/**
 * The words of an answer, the same in every process of the benchmark. The first token is a stamp of fixed width: how long
 * the upstream held it, which the load generator subtracts from what it waited.
 */

/** `~~t` + milliseconds with three decimals, nine characters wide + `~~` */
export const STAMP_WIDTH = 14;
export const STAMP_MARK = '~~t';
const STAMP_DIGITS = 9;

const WORDS = [
  ' The',
  ' theme',
  ' returns',
  ' after',
  ' each',
  ' episode',
  ',',
  ' "unchanged"',
  ' —',
  ' and',
  ' the',
  ' listener',
  ' knows',
  ' where',
  ' they',
  ' are',
  '.\n',
];

/** @param heldMs from the request's last byte to the token's write */
export function stamp(heldMs: number): string {
  return `${STAMP_MARK}${Math.min(heldMs, 99_999).toFixed(3).padStart(STAMP_DIGITS, '0')}~~`;
}

/** The milliseconds of a stamp that begins `text`; undefined if none does. */
export function readStamp(text: string): number | undefined {
  const digits = text.slice(STAMP_MARK.length, STAMP_WIDTH - 2);
  return text.startsWith(STAMP_MARK) && /^[\d.]{9}~~$/.test(text.slice(STAMP_MARK.length, STAMP_WIDTH))
    ? Number(digits)
    : undefined;
}

/** The token at `index` ≥ 1 of any answer. */
export function tokenAt(index: number): string {
  return WORDS[index % WORDS.length]!;
}

/** What follows the stamp in an answer of `tokens` tokens, the stamp counted as one. */
export function textAfterStamp(tokens: number): string {
  let text = '';
  for (let index = 1; index < tokens; index++) text += tokenAt(index);
  return text;
}
