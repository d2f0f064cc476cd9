import type { Phase } from '../chat/asker.js';
import { blockNodes } from '../markdown/block-tree.js';
import { plainText } from '../markdown/plain-text.js';
import { lex } from '../markdown/tail-lexer.js';
import type { AnswerState } from '../state/answer-state.js';
import { readStored, writeStored } from '../state/storage.js';
import { shownError } from './answer-facts.js';
import { h } from './element.js';

const KEY = 'rondo.announce-answers';
const PHASES: Readonly<Record<Phase, string>> = { idle: '', running: 'Answering…', stopping: 'Stopping…' };
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

  /** Says what is being done. */
  sayPhase(phase: Phase): void {
    this.say(PHASES[phase]);
  }

  /** Says how an answer ended; what failed is an alert of its own. */
  sayEnd(state: AnswerState): void {
    const { finishReason, text } = state;
    if (shownError(state)) this.say('');
    else if (finishReason === 'stop') this.#sayAnswer(text);
    else this.say(finishReason === 'stopped' ? 'Answer stopped.' : 'The answer ended early.');
  }

  /**
   * Says that an answer is there, and what it says: part by part, as a browser that has to look for glyphs takes long to
   * lay out a long text at once. Each part has a block of its own, so that those before it are not laid out again.
   */
  #sayAnswer(text: string): void {
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
