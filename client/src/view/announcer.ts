import { readStored, writeStored } from '../state/storage.js';

const KEY = 'rondo.announce-answers';
const LONGEST = 1_500;

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
    const plain = text.replace(/[*_`#>|~]+/g, ' ').replace(/\s+/g, ' ');
    const more = plain.length > LONGEST ? ' The answer goes on.' : '';
    this.say(this.readsAnswers ? `Answer complete. ${plain.slice(0, LONGEST)}${more}` : 'Answer complete.');
  }
}
