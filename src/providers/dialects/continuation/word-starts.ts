/** Words are looked for this far back; more than any overlap that needs them. */
const TAIL = 512;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Where the words of a text's last part begin, in any script, as offsets into `text`. */
export function wordStarts(text: string): ReadonlySet<number> {
  const from = Math.max(0, text.length - TAIL);
  const starts = new Set<number>();
  for (const { index, isWordLike } of segmenter.segment(text.slice(from))) {
    if (isWordLike === true) starts.add(from + index);
  }
  return starts;
}
