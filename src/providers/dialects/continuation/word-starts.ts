/** Words are looked for this far back; more than any overlap that needs them. */
export const TAIL = 512;
/** As many words as a model that repeats some repeats. */
export const SOME_WORDS = 3;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

export interface WordStarts {
  /** Where a word begins, in any script. */
  readonly words: ReadonlySet<number>;
  /** The same, and where anything begins behind white space: some take that for words, signs alone too. */
  readonly boundaries: ReadonlySet<number>;
  /** Where the last three of what white space parts begin. */
  readonly thirdRun: number | undefined;
}

/** The words of a text's last part, as offsets into `text`. */
export function wordStarts(text: string): WordStarts {
  const from = Math.max(0, text.length - TAIL);
  const tail = text.slice(from);
  const words = new Set<number>();
  for (const { index, isWordLike } of segmenter.segment(tail)) if (isWordLike === true) words.add(from + index);
  const runs = [...tail.matchAll(/\S+/gu)].map(({ index }) => from + index);
  return { words, boundaries: new Set([...words, ...runs]), thirdRun: runs.at(-SOME_WORDS) };
}
