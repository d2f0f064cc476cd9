/** Enough to find an answer's lines by, of 24 characters: the other 96 bits are not to be guessed. */
const SHOWN_CHARS = 8;

/**
 * A log line in which `answer_id` is only the beginning of the id. The whole id is the right to read and stop that answer,
 * which nobody gets by reading a log.
 */
export function withShortAnswerId(line: Record<string, unknown>): Record<string, unknown> {
  const { answer_id: id } = line;
  return typeof id === 'string' ? { ...line, answer_id: id.slice(0, SHOWN_CHARS) } : line;
}
