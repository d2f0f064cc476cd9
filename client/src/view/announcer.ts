import { blockNodes } from '../markdown/block-tree.js';
import { plainText } from '../markdown/plain-text.js';
import { lex } from '../markdown/tail-lexer.js';
import { readStored, writeStored } from '../state/storage.js';
import { h } from './element.js';

const KEY = 'rondo.announce-answers';
const LONGEST = 1_500;
/** Of the Markdown so much is read: links are longer than what they say. */
const LONGEST_SOURCE = 2 * LONGEST;
/** Up to the end of a sentence, else of a word, within so many characters, else just so many. */
const PART = /.{1,100}(?:[.!?…](?=\s|$)|[。！？])|.{1,100}(?=\s|$)|.{1,100}/gsu;
const PART_EVERY_MS = 100;

/** The one polite voice of the page: short news, and finished answers unless that is switched off. */
export class Announcer {
  #nextPart: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly status: HTMLElement) {}

  get readsAnswers(): boolean {
    return readStored(KEY) !== 'off';
  }

  set readsAnswers(on: boolean) {
    writeStored(KEY, on ? '' : 'off');
  }

  say(text: string): void {
    clearTimeout(this.#nextPart);
    this.status.textContent = text;
  }

  /**
   * Says that an answer is there, and what it says: part by part, as a browser that has to look for glyphs takes long to
   * lay out a long text at once. Each part has a block of its own, so that those before it are not laid out again.
   */
  sayAnswer(text: string): void {
    this.say('');
    this.#sayParts(['Answer complete. ', ...(this.readsAnswers ? (spoken(text).match(PART) ?? []) : [])]);
  }

  #sayParts([first, ...rest]: readonly string[]): void {
    if (first === undefined) return;
    this.status.append(h('div', {}, first));
    this.#nextPart = setTimeout(() => this.#sayParts(rest), PART_EVERY_MS);
  }
}

/** The beginning of an answer as the page shows it: without the marks of Markdown, but with all signs that are none. */
function spoken(text: string): string {
  const plain = plainText(blockNodes(lex(text.slice(0, LONGEST_SOURCE), {}, true)));
  const isWhole = text.length <= LONGEST_SOURCE && plain.length <= LONGEST;
  return isWhole ? plain : `${plain.slice(0, LONGEST)} The answer goes on.`;
}
