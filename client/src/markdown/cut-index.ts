/** Where `source` is best cut in two within its first `most` characters: behind a line, else a word, never in a character. */
export function cutIndex(source: string, most: number): number {
  for (const end of ['\n', ' ']) {
    const index = source.lastIndexOf(end, most - 1);
    if (index >= most / 2) return index + 1;
  }
  const unit = source.charCodeAt(most - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most;
}
