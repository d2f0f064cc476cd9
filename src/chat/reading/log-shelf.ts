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

interface Place {
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
  readonly #places = new Map<string, Place>();
  #chars = 0;
  /** One after the other, so that no more is in memory than there is room for. */
  #loads: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly running: RunningAnswers,
    private readonly finder: AnswerFinder,
  ) {}

  /** Someone is in the middle of an answer until they call what they get back. `log` is that of a finished one. */
  enter(id: string, log?: AnswerLog): () => void {
    const place = this.#places.get(id) ?? { readers: 0, since: 0 };
    place.readers++;
    this.#places.set(id, place);
    if (log?.ended === true && this.#makeRoom()) this.#keep(place, log);
    return () => {
      if (--place.readers > 0) return;
      this.#drop(place);
      this.#places.delete(id);
    };
  }

  /**
   * The log of an answer that the caller has entered.
   * @throws ProblemException where it is there no more, or the history does not answer
   */
  async take(id: string): Promise<AnswerLog> {
    const running = this.running.get(id);
    if (running !== undefined) return running.log;
    const place = this.#places.get(id);
    if (place === undefined) throw new Error('an answer has to be entered first');
    // To the end of those that may have to leave.
    this.#places.delete(id);
    this.#places.set(id, place);
    return place.log ?? (place.loading ??= this.#load(id, place));
  }

  async #load(id: string, place: Place): Promise<AnswerLog> {
    const load = this.#loads.then(async () => {
      while (place.readers > 0 && !this.#makeRoom()) await delay(ROOM_CHECK_MS, undefined, { ref: false });
      const { log } = await this.finder.read(id);
      this.#keep(place, log);
      return log;
    });
    this.#loads = load.then(nothing, nothing);
    try {
      return await load;
    } finally {
      place.loading = undefined;
    }
  }

  #makeRoom(): boolean {
    const longAgo = performance.now() - SHORTEST_STAY_MS;
    for (const place of this.#places.values()) {
      if (this.#chars < MOST_CHARS) break;
      if (place.since < longAgo) this.#drop(place);
    }
    return this.#chars < MOST_CHARS;
  }

  #keep(place: Place, log: AnswerLog): void {
    if (place.log !== undefined || place.readers === 0) return;
    place.log = log;
    place.since = performance.now();
    this.#chars += log.length;
  }

  #drop(place: Place): void {
    this.#chars -= place.log?.length ?? 0;
    place.log = undefined;
  }
}

/** The chain of loads keeps none of their logs. */
function nothing(): void {}
