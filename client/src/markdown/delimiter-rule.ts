import { parserWork } from './parser-work.js';

const DELIMITERS = '*_~';
const PUNCTUATION = '.';
/** A step from one delimiter to the next costs about as much as a look at so many characters. */
const STEP = 20;
const MOST_KNOWN = 4;

/** A text, and what kind each of its characters is of. */
interface KnownText {
  readonly text: string;
  readonly classes: string;
}

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
  /** The last texts that were met, each of which the parser asks about from one place after another. */
  #wholes: readonly KnownText[] = [];
  #latest: KnownText = { text: '', classes: '' };

  constructor(original: RegExp) {
    const { source, flags } = original;
    super(source.replaceAll('\\p{P}\\p{S}', PUNCTUATION + DELIMITERS), flags.replace('u', ''));
  }

  override exec(text: string): RegExpExecArray | null {
    // Each sign that begins emphasis may have all later ones looked at for its end.
    parserWork.spend(STEP);
    return parserWork.isDone ? null : super.exec(this.#classesOf(text));
  }

  #classesOf(text: string): string {
    if (this.#latest.text !== text) this.#latest = { text, classes: this.#findClasses(text) };
    return this.#latest.classes;
  }

  /** What stands within emphasis is asked about in between. */
  #findClasses(text: string): string {
    const whole = this.#wholes.find((known) => known.text.endsWith(text));
    if (whole) return whole.classes.slice(whole.text.length - text.length);
    const known = { text, classes: allClasses(text) };
    this.#wholes = [known, ...this.#wholes.slice(0, MOST_KNOWN - 1)];
    return known.classes;
  }
}

function allClasses(text: string): string {
  parserWork.spend(text.length);
  let kinds = '';
  for (const character of text) kinds += classOf(character);
  return kinds;
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
