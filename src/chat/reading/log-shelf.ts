import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AnswerFinder } from './answer-finder.js';
import type { AnswerLog } from '../answer/answer-log.js';
import { RunningAnswers } from '../answering/running-answers.js';

/** UTF-16 units of finished answers that are kept for readers in the middle of them, all together; and one answer more. */
const MOST_CHARS = 32 * 1024 * 1024;
/** Long enough to give a reader much more than reading the answer again costs. */
const SHORTEST_STAY_MS = 500;
const ROOM_CHECK_MS = 50;

interface ShelfEntry {
  readers: number;
  log?: AnswerLog | undefined;
  /** Monotonic time since which the log is here. */
  since: number;
  loading?: Promise<AnswerLog> | undefined;
}

/**
 * Where readers who can't take an answer all at once find it again: they keep nothing but their cursor meanwhile. A
 * finished answer is shared by all who are in the middle of it. Where there are too many, they take turns: the one that
 * was not asked for the longest leaves memory, and is read from the history again.
 */
@Injectable()
export class LogShelf {
  readonly #entries = new Map<string, ShelfEntry>();
  #chars = 0;
  /** One after the other, so that no more is in memory than there is room for. */
  #loads: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly running: RunningAnswers,
    private readonly finder: AnswerFinder,
  ) {}

  /** Someone is in the middle of an answer until they call what they get back. `log` is that of a finished one. */
  enter(id: string, log?: AnswerLog): () => void {
    const entry = this.#entries.get(id) ?? { readers: 0, since: 0 };
    entry.readers++;
    this.#entries.set(id, entry);
    if (log?.ended === true && this.#dropOld()) this.#keep(entry, log);
    return () => {
      if (--entry.readers > 0) return;
      this.#drop(entry);
      this.#entries.delete(id);
    };
  }

  /**
   * The log of an answer that the caller has entered.
   * @throws ProblemException where it is there no more, or the history does not answer
   */
  async take(id: string): Promise<AnswerLog> {
    const running = this.running.get(id);
    if (running !== undefined) return running.log;
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error('an answer has to be entered first');
    // To the end of those that may have to leave.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.log ?? (entry.loading ??= this.#load(id, entry));
  }

  async #load(id: string, entry: ShelfEntry): Promise<AnswerLog> {
    const load = this.#loads.then(async () => {
      while (entry.readers > 0 && !this.#dropOld()) await delay(ROOM_CHECK_MS, undefined, { ref: false });
      const { log } = await this.finder.read(id);
      this.#keep(entry, log);
      return log;
    });
    this.#loads = load.then(nothing, nothing);
    try {
      return await load;
    } finally {
      entry.loading = undefined;
    }
  }

  #dropOld(): boolean {
    const longAgo = performance.now() - SHORTEST_STAY_MS;
    for (const entry of this.#entries.values()) {
      if (this.#chars < MOST_CHARS) break;
      if (entry.since < longAgo) this.#drop(entry);
    }
    return this.#chars < MOST_CHARS;
  }

  #keep(entry: ShelfEntry, log: AnswerLog): void {
    if (entry.log !== undefined || entry.readers === 0) return;
    entry.log = log;
    entry.since = performance.now();
    this.#chars += log.length;
  }

  #drop(entry: ShelfEntry): void {
    this.#chars -= entry.log?.length ?? 0;
    entry.log = undefined;
  }
}

/** The chain of loads keeps none of their logs. */
function nothing(): void {}
