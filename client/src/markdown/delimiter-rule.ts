const DELIMITERS = '*_~';
const PUNCTUATION = '.';
/** Of characters that were met: no more than there are. */
const classes = new Map<string, string>();

/**
 * One of the parser's patterns for what begins or ends emphasis or a deletion, matched against what kind each character is
 * of instead of the characters themselves. Browsers take up to 20 ms to compile the original for wide strings, in the
 * middle of the first words, as it asks for all punctuation of all scripts up to twenty times; this one takes less than one.
 *
 * Half a character outside the basic plane counts as a character. A match may so begin half a character later than the
 * original's, but it is as much shorter, and the parser only asks where it ends.
 */
export class DelimiterRule extends RegExp {
  #lastText = '';
  #lastClasses = '';

  constructor(original: RegExp) {
    const { source, flags } = original;
    super(source.replaceAll('\\p{P}\\p{S}', PUNCTUATION + DELIMITERS), flags.replace('u', ''));
  }

  override exec(text: string): RegExpExecArray | null {
    return super.exec(this.#classesOf(text));
  }

  /** The parser asks for one end of the same text after another. */
  #classesOf(text: string): string {
    if (this.#lastText.endsWith(text)) return this.#lastClasses.slice(this.#lastText.length - text.length);
    this.#lastText = text;
    this.#lastClasses = '';
    for (const character of text) this.#lastClasses += classOf(character);
    return this.#lastClasses;
  }
}

function classOf(character: string): string {
  let known = classes.get(character);
  if (known === undefined) {
    known = findClass(character).repeat(character.length);
    classes.set(character, known);
  }
  return known;
}

function findClass(character: string): string {
  if (DELIMITERS.includes(character)) return character;
  if (/\s/.test(character)) return ' ';
  return /[\p{P}\p{S}]/u.test(character) ? PUNCTUATION : 'a';
}
