import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AnswerFinder } from './answer-finder.js';
import type { AnswerLog } from '../answer/answer-log.js';
import { RunningAnswers } from '../answering/running-answers.js';

/** UTF-16 units of all finished answers that are kept for their readers; one answer may come on top. */
const MOST_CHARS = 32 * 1024 * 1024;
/** Shorter, and reading the answer again would cost more than what is sent meanwhile. */
const SHORTEST_STAY_MS = 500;
const ROOM_CHECK_MS = 50;

interface ShelfEntry {
  readers: number;
  log?: AnswerLog | undefined;
  /** Monotonic time from which the log is kept. */
  since: number;
  loading?: Promise<AnswerLog> | undefined;
}

/**
 * Keeps finished answers for slow readers, who hold only a cursor meanwhile. All readers of an answer share it. Where the
 * answers take too much memory, the one that was not read for the longest is dropped and later read from the history.
 */
@Injectable()
export class LogShelf {
  readonly #entries = new Map<string, ShelfEntry>();
  #chars = 0;
  /** Loads run one after the other, so that memory stays within its bound. */
  #loads: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly running: RunningAnswers,
    private readonly finder: AnswerFinder,
  ) {}

  /** A slow reader starts; it calls the result when it ends. `log` is that of a finished answer. */
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
   * @throws ProblemException where it no longer exists, or the history does not answer
   */
  async take(id: string): Promise<AnswerLog> {
    const running = this.running.get(id);
    if (running !== undefined) return running.log;
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error('an answer has to be entered first');
    // The last to be dropped.
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

/** The chain of loads must not keep their logs. */
function nothing(): void {}
