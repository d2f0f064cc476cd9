import { isAnnounced } from '../../wire/answer-event.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import type { Channel } from './frame.js';

/** One attempt of an answer that is generated here: its record, and what readers got of it. */
export interface AnswerAttempt {
  readonly record: AttemptRecord;
  /** Readers got something of it. */
  heard?: true;
  /** That was text or a tool call, not reasoning alone. */
  wrote?: true;
}

/** Who was asked for an answer, in order. */
export class AnswerAttempts {
  readonly all: AnswerAttempt[] = [];
  /** Asked beside a late provider, in vain: they are recorded, and nothing else. */
  readonly #lostHedges: AttemptRecord[] = [];

  /** Lost hedges too, in the order in which they were asked. */
  get records(): AttemptRecord[] {
    return [...this.all.map(({ record }) => record), ...this.#lostHedges].sort((a, b) => a.n - b.n);
  }

  start(record: AttemptRecord): void {
    this.all.push({ record });
  }

  /** Its record, complete. */
  end(ended: Pick<AttemptRecord, 'n'>): AttemptRecord {
    const attempt = this.all.find(({ record }) => record.n === ended.n);
    if (attempt === undefined) throw new Error(`attempt ${ended.n} ends and has not started`);
    return Object.assign(attempt.record, ended);
  }

  hedgeLost(record: AttemptRecord): AttemptRecord {
    this.#lostHedges.push(record);
    return record;
  }

  /** Readers get something of the attempt that runs. */
  heard(channel: Channel): void {
    const speaking = this.all.at(-1);
    if (speaking === undefined) return;
    speaking.heard = true;
    if (channel === 'text') speaking.wrote = true;
  }

  /** The last that wrote text; without one, the last that readers got reasoning of; else the one that completed the answer. */
  get writer(): AttemptRecord | undefined {
    const { all } = this;
    const writer = all.findLast(({ wrote }) => wrote) ?? all.findLast(({ heard }) => heard);
    return (writer ?? all.find(({ record }) => record.outcome === 'ok'))?.record;
  }

  /** The attempt that speaks for the answer: its writer or, where nobody wrote, the one that readers were told of last. */
  get speaker(): AttemptRecord | undefined {
    return this.writer ?? this.all.findLast(({ record }) => isAnnounced(record.reason))?.record;
  }
}
