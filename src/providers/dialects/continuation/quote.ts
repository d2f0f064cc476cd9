const QUOTE_CODE_POINTS = 32;
const OPENING_TAG = '<last-characters>';
/** Follows the quotation. */
export const CLOSING_TAG = '</last-characters>';

/** The last 32 code points of what was shown: enough for a model to find the place, and to recognise its repetition. */
export function quoteOf(partial: string): string {
  // At most two UTF-16 units per code point; half a pair at the cut is more than 32 back or at the very start.
  return [...partial.slice(-2 * QUOTE_CODE_POINTS)].slice(-QUOTE_CODE_POINTS).join('');
}

/** The user turn that asks for the rest of the answer before it. The tag stands in it once: no model takes it for the quotation. */
export function continuationInstruction(partial: string): string {
  return [
    'The connection broke in the middle of your last answer: it ends where the text above ends, possibly inside a word,',
    'a sentence or a code block. Continue that answer, in its language and format, without any introduction or comment.',
    'Begin by repeating exactly its last characters, which stand in the tag at the end of this message (the tag itself is',
    'no part of them), and go straight on from there.',
    '',
    `${OPENING_TAG}${quoteOf(partial)}${CLOSING_TAG}`,
  ].join('\n');
}
