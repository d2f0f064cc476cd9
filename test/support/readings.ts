/** How a provider that is asked in words may begin, given what was shown, and still be faithful. */
export const BEGINNINGS = {
  exact: () => '',
  'repeat-words': (shown: string) => lastWords(shown, 3),
  'repeat-quote': (shown: string) => [...shown].slice(-32).join(''),
} satisfies Record<string, (shown: string) => string>;
export type Beginning = keyof typeof BEGINNINGS;
export const BEGINNING_NAMES = Object.keys(BEGINNINGS) as Beginning[];

/**
 * What a continuation may begin with that is not new, when all that is known of it is its text: nothing, if it may just
 * go on, and whatever a provider could have meant to repeat. Where there are several, the same bytes have several meanings.
 */
export function readings(shown: string, continuation: string): string[] {
  const repetitions = [...Object.values(BEGINNINGS).map((begin) => begin(shown)), shown].filter(
    (repeated) => repeated !== '' && continuation.startsWith(repeated),
  );
  // Going on would put the repetition there twice in a row. That is natural where the text has such a thing already.
  const mayGoOn = repetitions.every((repeated) => shown.endsWith(repeated + repeated) || isPattern(repeated));
  // A text that is shorter than the quotation is quoted whole, maybe behind white space: or its first part comes again.
  const blank = /^\s*/.exec(continuation)![0];
  const isQuotedBehind = blank !== '' && [...shown].length < 32 && continuation.startsWith(blank + shown);
  return [...new Set([...repetitions, ...(mayGoOn ? [''] : []), ...(isQuotedBehind ? [blank + shown] : [])])];
}

function isPattern(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}

/** The end of a text from its last `count`th word on; all of it where there are fewer. */
export function lastWords(text: string, count: number): string {
  const words = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].filter((part) => part.isWordLike);
  return text.slice(words.at(-count)?.index ?? 0);
}
