const LETTERS_PER_TOKEN = 6;

type Kind = 'letter' | 'space' | 'sign';
const ASCII = Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code), /\w/));
/** Of characters that were met: no more than there are. */
const others = new Map<string, Kind>();

/**
 * A rough count of the tokens in `text`: one for each short word, sign and CJK character, more for long words. Good
 * enough for the number that runs along while an answer is written; the service's own count replaces it. Goes through the
 * characters, as browsers take long to compile a pattern for the letters of all scripts, in the middle of the first words.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  for (const character of text) {
    const kind = ASCII[character.charCodeAt(0)] ?? kindOfOther(character);
    if (kind === 'letter') letters += 1;
    else {
      tokens += Math.ceil(letters / LETTERS_PER_TOKEN) + (kind === 'sign' ? 1 : 0);
      letters = 0;
    }
  }
  return tokens + Math.ceil(letters / LETTERS_PER_TOKEN);
}

function kindOfOther(character: string): Kind {
  let kind = others.get(character);
  if (kind === undefined) {
    kind = isCjk(character) ? 'sign' : kindOf(character, /[\p{L}\p{N}]/u);
    others.set(character, kind);
  }
  return kind;
}

function kindOf(character: string, letters: RegExp): Kind {
  if (letters.test(character)) return 'letter';
  return /\s/.test(character) ? 'space' : 'sign';
}

function isCjk(character: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character);
}
