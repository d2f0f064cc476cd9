const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const LETTERS_PER_TOKEN = 6;

/**
 * A rough count of the tokens in `text`: one for each short word, sign and CJK character, more for long words. Good
 * enough for the number that runs along while an answer is written; the service's own count replaces it.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [word] of text.matchAll(WORD)) tokens += Math.ceil(word.length / LETTERS_PER_TOKEN);
  return tokens;
}
