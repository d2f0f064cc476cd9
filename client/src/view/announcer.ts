import { blockNodes } from '../markdown/block-tree.js';
import { plainText } from '../markdown/plain-text.js';
import { lex } from '../markdown/tail-lexer.js';
import { readStored, writeStored } from '../state/storage.js';

const KEY = 'rondo.announce-answers';
const LONGEST = 1_500;
/** Of the Markdown so much is read: links are longer than what they say. */
const LONGEST_SOURCE = 2 * LONGEST;

/** The one polite voice of the page: short news, and finished answers unless that is switched off. */
export class Announcer {
  constructor(private readonly status: HTMLElement) {}

  get readsAnswers(): boolean {
    return readStored(KEY) !== 'off';
  }

  set readsAnswers(on: boolean) {
    writeStored(KEY, on ? '' : 'off');
  }

  say(text: string): void {
    this.status.textContent = text;
  }

  /** Says that an answer is there, and what it says. */
  sayAnswer(text: string): void {
    this.say(this.readsAnswers ? `Answer complete. ${spoken(text)}` : 'Answer complete.');
  }
}

/** The beginning of an answer as the page shows it: without the marks of Markdown, but with all signs that are none. */
function spoken(text: string): string {
  const plain = plainText(blockNodes(lex(text.slice(0, LONGEST_SOURCE), {}, true)));
  const isWhole = text.length <= LONGEST_SOURCE && plain.length <= LONGEST;
  return isWhole ? plain : `${plain.slice(0, LONGEST)} The answer goes on.`;
}
