import { HistoryUnavailableError } from '../history-store.js';
import type { IsRefused } from './sql-dialect.js';

/** Who is served first: all `checkpoint`s before any `question`, all of those before any `other`. */
const PRIORITIES = ['checkpoint', 'question', 'other'] as const;
export type Priority = (typeof PRIORITIES)[number];

const DEADLINE_MS = 5_000;
/** How many times its deadline a caller waits while the database serves others. */
const CROWD_PATIENCE = 5;

export interface QueueLimits {
  /** How many jobs the database works on at a time. */
  readonly atOnce: number;
  /** How many jobs of each priority may wait. */
  readonly waiting: number;
}

export interface JobOptions {
  /** Absent: `other`. */
  readonly priority?: Priority;
  /** How long the caller waits while the database completes nothing. Absent: 5 s. */
  readonly deadlineMs?: number;
  /**
   * The database has ended a job whose caller was refused while it ran. Whether the job took effect has to be found out:
   * an error may have come after the commit.
   */
  readonly onLateEnd?: () => void;
}

/** What a line of the queue needs of a job, whatever its result. */
interface Queued {
  run(): Promise<void>;
  refuse(reason: string): void;
}

/**
 * Jobs for a database that takes only so many at once. Nobody waits for ever: a caller is refused when the database has
 * completed nothing for its deadline, whether the job still waits or runs already.
 */
export class DatabaseQueue {
  readonly #lines: Readonly<Record<Priority, Set<Queued>>> = {
    checkpoint: new Set(),
    question: new Set(),
    other: new Set(),
  };
  readonly #running = new Set<Promise<void>>();
  #closed = false;
  #completedAt = -Infinity;

  constructor(private readonly limits: QueueLimits) {}

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Rejects with {@link HistoryUnavailableError} when the deadline passes, too many wait, or the queue is closed. A job
   * that was refused while it waited is never run.
   */
  run<T>(job: (isRefused: IsRefused) => Promise<T>, options: JobOptions = {}): Promise<T> {
    const { priority = 'other', deadlineMs = DEADLINE_MS, onLateEnd } = options;
    const line = this.#lines[priority];
    if (this.#closed) return Promise.reject(new HistoryUnavailableError('the database is closed'));
    if (this.#running.size >= this.limits.atOnce && line.size >= this.limits.waiting)
      return Promise.reject(new HistoryUnavailableError('too many wait for the database'));
    const caller = Promise.withResolvers<T>();
    let refused = false;
    const queued: Queued = {
      refuse: (reason) => {
        refused = true;
        line.delete(queued);
        endWait();
        caller.reject(new HistoryUnavailableError(reason));
      },
      run: async () => {
        try {
          caller.resolve(await job(() => refused));
          this.#completedAt = performance.now();
        } catch (error) {
          caller.reject(error);
        }
        endWait();
        if (refused) onLateEnd?.();
      },
    };
    const endWait = this.#refuseWhenLate(queued, deadlineMs);
    line.add(queued);
    this.#runNext();
    return caller.promise;
  }

  /** Refuses what waits and what comes; resolves when the running jobs have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const priority of PRIORITIES)
      for (const queued of [...this.#lines[priority]]) queued.refuse('the database is closed');
    await Promise.all(this.#running);
  }

  #runNext(): void {
    while (this.#running.size < this.limits.atOnce) {
      const next = this.#next();
      if (next === undefined) return;
      const running: Promise<void> = next.run().finally(() => {
        this.#running.delete(running);
        this.#runNext();
      });
      this.#running.add(running);
    }
  }

  #next(): Queued | undefined {
    for (const priority of PRIORITIES) {
      const line = this.#lines[priority];
      const [first] = line;
      if (first === undefined) continue;
      line.delete(first);
      return first;
    }
    return undefined;
  }

  /**
   * In a crowd a caller may wait for longer while the database serves others. Where the event loop stood still, nobody
   * knows yet what the database did. Both are looked at again a little later. Returns what ends the wait.
   */
  #refuseWhenLate(queued: Queued, deadlineMs: number): () => void {
    const askedAt = performance.now();
    const step = deadlineMs / CROWD_PATIENCE;
    let dueAt = askedAt + deadlineMs;
    const onTimer = (): void => {
      const now = performance.now();
      const isUndecided = now - this.#completedAt < deadlineMs || now - dueAt > step;
      if (!isUndecided || now - askedAt >= CROWD_PATIENCE * deadlineMs) {
        queued.refuse(`the database gave no answer for ${deadlineMs} ms`);
        return;
      }
      dueAt = now + step;
      timer = setTimeout(onTimer, step).unref();
    };
    let timer = setTimeout(onTimer, deadlineMs).unref();
    return () => clearTimeout(timer);
  }
}
