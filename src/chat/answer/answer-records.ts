import type { AttemptEnd, AttemptStart, HistoryRecord, Segment } from '../../history/history-store.js';
import type { AttemptEnded, AttemptStarted } from '../../providers/routing/relay-part.js';
import type { Usage } from '../../wire/answer-event.js';
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

  attemptStarted({ type: _, ...fields }: AttemptStarted, textFrom: number, reasoningFrom: number): void {
    const { answerId } = this;
    this.#add({ kind: 'attempt-start', answerId, textFrom, reasoningFrom, ...fields } satisfies AttemptStart);
  }

  attemptEnded({ n, outcome, code, at }: AttemptEnded, usage?: Usage): void {
    this.#add({
      kind: 'attempt-end',
      answerId: this.answerId,
      n,
      outcome,
      ...(code === undefined ? {} : { code }),
      ...(usage === undefined ? {} : { usage }),
      at,
    } satisfies AttemptEnd);
  }

  /** Moves what is new since the last call into `records`. */
  drain(records: HistoryRecord[]): void {
    records.push(...this.#waiting);
    this.#waiting = [];
  }

  #add(record: HistoryRecord): void {
    if (this.stored) this.#waiting.push(record);
  }
}
