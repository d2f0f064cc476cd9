const TITLE_LENGTH = 60;

/** A session's title from its first question: its first words, on one line. */
export function titleOf(question: string): string {
  const line = [...question.replace(/\s+/gu, ' ').trim()];
  return line.length <= TITLE_LENGTH
    ? line.join('')
    : `${line
        .slice(0, TITLE_LENGTH - 1)
        .join('')
        .trimEnd()}…`;
}
