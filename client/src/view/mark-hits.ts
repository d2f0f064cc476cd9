/** A piece of text, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** Letters of scripts that put spaces between words; others each stand alone. */
const IN_WORD =
  /(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}])[\p{L}\p{M}\p{N}_]/u;

/**
 * `text` in pieces, so that the words of a search can be marked in it. As the service does, it takes no heed of case and
 * accents, and finds one or two letters only where a word begins.
 */
export function hitsIn(text: string, query: string): Piece[] {
  const folded = foldEach(text);
  const plain = folded.join('');
  const hit = new Array<boolean>(plain.length).fill(false);
  for (const word of wordsOf(query)) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      const isInside = [...word].length < 3 && IN_WORD.test(plain[at - 1] ?? ' ');
      if (!isInside) hit.fill(true, at, at + word.length);
    }
  }
  if (!hit.includes(true)) return [{ text, isHit: false }];
  const pieces: Piece[] = [];
  let at = 0;
  [...text].forEach((character, i) => {
    const isHit = hit[at] ?? false;
    at += folded[i]?.length ?? 0;
    const last = pieces.at(-1);
    if (last?.isHit === isHit) pieces[pieces.length - 1] = { text: last.text + character, isHit };
    else pieces.push({ text: character, isHit });
  });
  return pieces;
}

function wordsOf(query: string): string[] {
  const quoted = query.match(/"[^"]*"|[^\s"]+/g) ?? [];
  return quoted.map((word) => foldEach(word.replaceAll('"', '').trim()).join('')).filter((word) => word !== '');
}

/** Each character without its case and accents. */
function foldEach(text: string): string[] {
  return Array.from(text, (character) =>
    character < '\u0080' ? character.toLowerCase() : character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase(),
  );
}
