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

/** What an attempt's record learns at its end. */
export type AttemptEnd = Pick<AttemptRecord, 'outcome' | 'code' | 'usage' | 'durationMs' | 'timeToFirstTokenMs'>;

/** Who was asked for an answer, in order. */
export class AnswerAttempts {
  readonly all: AnswerAttempt[] = [];

  get records(): AttemptRecord[] {
    return this.all.map(({ record }) => record);
  }

  start(record: AttemptRecord): void {
    this.all.push({ record });
  }

  /** The record of attempt `n`, which ends. */
  end(n: number, end: AttemptEnd): AttemptRecord {
    const ended = this.all.find(({ record }) => record.n === n);
    if (ended === undefined) throw new Error(`attempt ${n} ends and has not started`);
    return Object.assign(ended.record, end);
  }

  /** Readers get something of the attempt that runs. The loser of a race ends as soon as it is told of: the last one speaks. */
  heard(channel: Channel): void {
    const speaking = this.all.findLast(({ record }) => record.outcome === 'running');
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
