/** Word-like pieces, about as long as real tokens: a word or part of one with its leading space, a few digits, marks. */
const PIECE =
  / ?\p{Script=Latin}{1,7}| ?[\p{L}\p{M}]{1,2}| ?\p{N}{1,3}|\n+| +|\p{Extended_Pictographic}[\u{FE0F}\u{1F3FB}-\u{1F3FF}]?| ?[^\p{L}\p{M}\p{N}\s]{1,3}|[\s\S]/gu;

/** Cuts a text into tokens; joined they are the text again. No surrogate pair is cut. */
export function tokenize(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** The same tokens with every surrogate pair cut into its halves. */
export function splitSurrogatePairs(tokens: readonly string[]): string[] {
  return tokens.flatMap((token) => token.split(/(?<=[\uD800-\uDBFF])(?=[\uDC00-\uDFFF])/));
}

/** How many tokens a text is. */
export function countTokens(text: string): number {
  let count = 0;
  for (const match of text.matchAll(PIECE)) count += match[0] === '' ? 0 : 1;
  return count;
}
