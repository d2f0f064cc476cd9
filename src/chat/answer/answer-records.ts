import type { TextPiece } from '../../wire/answer-observer.js';
import type { Channel } from './frame.js';

/** The text of an answer that waits for the history's next checkpoint; of one that is stored nowhere, nothing does. */
export class AnswerRecords {
  #waiting: TextPiece[] = [];

  constructor(private readonly stored: boolean) {}

  /** @param at where the text starts in its channel, in UTF-16 units */
  said(channel: Channel, at: number, text: string): void {
    if (!this.stored) return;
    const last = this.#waiting.at(-1);
    if (last?.channel === channel) last.text += text;
    else this.#waiting.push({ channel, at, text });
  }

  /** What is new since the last call. */
  take(): TextPiece[] {
    const pieces = this.#waiting;
    this.#waiting = [];
    return pieces;
  }
}
