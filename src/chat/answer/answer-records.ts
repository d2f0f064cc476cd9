import type { HistoryRecord, Segment } from '../../history/history-store.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import type { Channel } from './frame.js';

/** What of an answer waits for the history's next checkpoint; of one that is stored nowhere, nothing does. */
export class AnswerRecords {
  #waiting: HistoryRecord[] = [];

  constructor(
    private readonly answerId: string,
    private readonly stored: boolean,
  ) {}

  /** @param at where the text begins in its channel, in UTF-16 units */
  said(channel: Channel, at: number, text: string): void {
    if (!this.stored) return;
    const last = this.#waiting.at(-1);
    if (last?.kind === 'segment' && last.channel === channel) last.text += text;
    else this.#waiting.push({ kind: 'segment', answerId: this.answerId, channel, at, text } satisfies Segment);
  }

  /** The attempt has started, or ended. */
  attempt(attempt: AttemptRecord): void {
    if (this.stored) this.#waiting.push({ kind: 'attempt', answerId: this.answerId, attempt });
  }

  /** Moves what is new since the last call into `records`. */
  drain(records: HistoryRecord[]): void {
    records.push(...this.#waiting);
    this.#waiting = [];
  }
}
