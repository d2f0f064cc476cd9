import type { AttemptState, StoredEnd, HistoryRecord, Segment, UsageRecord } from './history-store.js';

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
 * What waits to be written, by answer, and in which batches. It can't grow without bound while the database is away:
 * pieces of text that meet become one, and the end of an answer, which holds its whole text, replaces them.
 */
export class PendingRecords {
  readonly #answers = new Map<string, PendingAnswer>();
  /** Formed, but not yet written; more than one only where a batch was split. */
  #batches: HistoryRecord[][] = [];

  get empty(): boolean {
    return this.#batches.length === 0 && this.#answers.size === 0;
  }

  add(record: HistoryRecord): void {
    const answer = this.#answerOf(record.answerId);
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

  /** The oldest records, at most one transaction's worth, each answer's in order. The same until it is written or split. */
  batch(): HistoryRecord[] | undefined {
    if (this.#batches.length === 0 && this.#answers.size > 0) this.#batches.push(this.#nextBatch());
    return this.#batches[0];
  }

  /** The batch is written, or never will be. */
  remove(): void {
    this.#batches.shift();
  }

  /** Makes a batch of each answer of the batch; false where it has only one. */
  split(): boolean {
    const answers = [...Map.groupBy(this.#batches[0] ?? [], (record) => record.answerId).values()];
    if (answers.length < 2) return false;
    this.#batches.splice(0, 1, ...answers);
    return true;
  }

  #nextBatch(): HistoryRecord[] {
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
