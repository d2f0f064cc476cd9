/** Words are looked for this far back; more than any overlap that needs them. */
const TAIL = 512;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

export interface WordStarts {
  /** Where a word begins, in any script. */
  readonly words: ReadonlySet<number>;
  /** The same, and where the signs before a word begin: quotation marks, brackets and backticks belong to it. */
  readonly boundaries: ReadonlySet<number>;
}

/** The words of a text's last part, as offsets into `text`. */
export function wordStarts(text: string): WordStarts {
  const from = Math.max(0, text.length - TAIL);
  const tail = text.slice(from);
  const words = new Set<number>();
  for (const { index, isWordLike } of segmenter.segment(tail)) if (isWordLike === true) words.add(from + index);
  const boundaries = new Set(words);
  for (const { index, 0: run } of tail.matchAll(/\S+/gu)) {
    const holdsWord = [...words].some((start) => start >= from + index && start < from + index + run.length);
    if (holdsWord) boundaries.add(from + index);
  }
  return { words, boundaries };
}
