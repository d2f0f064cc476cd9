import type { AttemptState, HistoryRecord, Segment, StoredEnd, UsageRecord } from './history-store.js';

interface PendingAnswer {
  attempts: Map<number, AttemptState>;
  segments: Segment[];
  end?: StoredEnd;
  usage?: UsageRecord;
}

/** Enough for any checkpoint of running answers; after an outage, what has piled up goes in several transactions. */
const CHARACTERS_PER_BATCH = 4 * 1024 * 1024;
const ANSWERS_PER_BATCH = 2_000;

/**
 * What waits to be written, by answer. It can't grow without bound while the database is away: pieces of text that
 * meet become one, and the end of an answer, which holds its whole text, replaces them.
 */
export class PendingRecords {
  readonly #answers = new Map<string, PendingAnswer>();

  get empty(): boolean {
    return this.#answers.size === 0;
  }

  add(records: readonly HistoryRecord[]): void {
    for (const record of records) this.#add(record, this.#answerOf(record.answerId));
  }

  /** Removes and returns the oldest records, at most one transaction's worth; each answer's are in order. */
  take(): HistoryRecord[] {
    const records: HistoryRecord[] = [];
    let answers = 0;
    let characters = 0;
    for (const [id, answer] of this.#answers) {
      this.#answers.delete(id);
      records.push(...answer.attempts.values(), ...answer.segments);
      if (answer.end) records.push(answer.end);
      if (answer.usage) records.push(answer.usage);
      characters += sizeOf(answer);
      if (++answers >= ANSWERS_PER_BATCH || characters >= CHARACTERS_PER_BATCH) break;
    }
    return records;
  }

  #add(record: HistoryRecord, answer: PendingAnswer): void {
    switch (record.kind) {
      case 'segment':
        addSegment(answer.segments, record);
        return;
      case 'answer-end':
        answer.end = record;
        answer.segments = [];
        return;
      case 'answer-usage':
        answer.usage = record;
        return;
      case 'attempt':
        answer.attempts.set(record.attempt.n, record);
    }
  }

  #answerOf(id: string): PendingAnswer {
    const known = this.#answers.get(id);
    if (known) return known;
    const answer: PendingAnswer = { attempts: new Map(), segments: [] };
    this.#answers.set(id, answer);
    return answer;
  }
}

function addSegment(segments: Segment[], next: Segment): void {
  const last = segments.findLastIndex(({ channel }) => channel === next.channel);
  const before = segments[last];
  if (before && before.at + before.text.length === next.at)
    segments[last] = { ...before, text: before.text + next.text };
  else segments.push(next);
}

function sizeOf({ segments, end }: PendingAnswer): number {
  const pieces = segments.reduce((sum, { text }) => sum + text.length, 0);
  return pieces + (end ? end.content.length + end.reasoning.length : 0);
}
