import { AsyncResource } from 'node:async_hooks';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import {
  HistoryStore,
  HistoryUnavailableError,
  type HistoryRecord,
  type StoredEnd,
  type UsageRecord,
} from './history-store.js';
import type { AnswerEnd, AnswerObserver, ObservedAttempt, OpenedAnswer } from '../wire/answer-observer.js';
import { PendingRecords } from './pending-records.js';
import { Wakeable } from './wakeable.js';

/** From the last commit to the next checkpoint: well below the 100 ms allowed, since a busy machine is late with timers. */
const INTERVAL_MS = 60;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const SHUTDOWN_FLUSH_MS = 5_000;

/**
 * Writes running answers down, all together and off the token path: one loop, one transaction per checkpoint. What the
 * database refuses is kept and tried again, in order, until it is written or the process ends.
 */
@Injectable()
export class HistoryWriter implements AnswerObserver, OnApplicationShutdown {
  readonly #logger = new Logger(HistoryWriter.name);
  /** The running answers that are stored, by their id. */
  readonly #sources = new Map<string, OpenedAnswer>();
  /** Those whose end was written without their usage. */
  readonly #uncounted = new Set<string>();
  readonly #pending = new PendingRecords();
  /** Taken from `#pending` and not yet committed; more than one only after a batch had to be written apart. */
  #batches: HistoryRecord[][] = [];
  /** Whom to tell that a record is written. */
  readonly #committed = new Map<HistoryRecord, () => void>();
  #idle: (() => void)[] = [];
  readonly #pause = new Wakeable();
  #running = false;
  #stopped = false;
  /** False from a write that failed until one that succeeds. */
  #healthy = true;
  #retryMs = FIRST_RETRY_MS;
  /** Monotonic time; infinite while a checkpoint is being written. */
  #nextDrainAt = 0;
  readonly #duration;
  readonly #failures;
  /** The loop serves all answers: its log lines must not carry the id of the request that happened to start it. */
  readonly #ofNoRequest = new AsyncResource(HistoryWriter.name);

  constructor(
    private readonly store: HistoryStore,
    metrics: Metrics,
  ) {
    this.#duration = metrics.histogram('rondo_history_flush_seconds');
    this.#failures = metrics.counter('rondo_history_write_failures_total');
  }

  /** From now on the answer takes part in every checkpoint, if it is stored. */
  opened(answer: OpenedAnswer): void {
    if (answer.session === undefined) return;
    this.#sources.set(answer.answerId, answer);
    this.#start();
  }

  attemptStarted(attempt: ObservedAttempt): void {
    this.#attempt(attempt);
  }

  attemptEnded(attempt: ObservedAttempt): void {
    this.#attempt(attempt);
  }

  /**
   * Takes the answer's last text and its end. Resolves when that is committed and never rejects: it is tried again in
   * the background until it is written or the process ends.
   */
  ended({ session, attempts: _, speaker: __, ...end }: AnswerEnd): Promise<void> | undefined {
    if (session === undefined) return undefined;
    const source = this.#sources.get(end.answerId);
    if (source !== undefined) this.#drain([source]);
    this.#sources.delete(end.answerId);
    if (end.usage === undefined) this.#uncounted.add(end.answerId);
    return this.#add({ kind: 'answer-end', ...end });
  }

  /** Adds what an answer used to its end. Resolves as {@link ended} does. */
  counted({ answerId, usage, attempts }: AnswerEnd): Promise<void> | undefined {
    if (!this.#uncounted.delete(answerId) || usage === undefined) return undefined;
    return this.#add({ kind: 'answer-usage', answerId, usage, attempts: attempts.filter((attempt) => attempt.usage) });
  }

  #attempt({ answerId, session, attempt }: ObservedAttempt): void {
    if (session !== undefined) this.#pending.add([{ kind: 'attempt', answerId, attempt }]);
  }

  #add(record: StoredEnd | UsageRecord): Promise<void> {
    this.#pending.add([record]);
    return new Promise((resolve) => {
      this.#committed.set(record, resolve);
      this.#start();
      // While writes fail the loop waits for its next try instead.
      if (this.#healthy) this.#pause.wake();
    });
  }

  /** Resolves when all that the sources have said until now is written, or `deadlineMs` have passed. */
  async flush(deadlineMs: number): Promise<void> {
    this.#drain(this.#sources.values());
    if (this.#nothingToWrite() || this.#stopped) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, deadlineMs);
      this.#idle.push(() => {
        clearTimeout(deadline);
        resolve();
      });
      this.#start();
      this.#pause.wake();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush(SHUTDOWN_FLUSH_MS);
    this.#stopped = true;
    this.#pause.wake();
    if (!this.#nothingToWrite()) this.#logger.error('stopped before everything could be written to the history');
  }

  #start(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#ofNoRequest.runInAsyncScope(() => void this.#loop());
  }

  async #loop(): Promise<void> {
    try {
      while (!this.#stopped) {
        if (performance.now() >= this.#nextDrainAt) this.#checkpoint();
        const batch = this.#nextBatch();
        if (batch) {
          if (!(await this.#write(batch))) await this.#backOff();
          continue;
        }
        for (const settle of this.#idle.splice(0)) settle();
        if (this.#sources.size === 0) return;
        this.#scheduleCheckpoint();
        await this.#pause.wait(Math.max(0, this.#nextDrainAt - performance.now()));
      }
    } finally {
      this.#running = false;
    }
  }

  #checkpoint(): void {
    this.#drain(this.#sources.values());
    this.#nextDrainAt = Infinity;
  }

  /** Only after a checkpoint: answers that end in between must not put off the next one. */
  #scheduleCheckpoint(): void {
    if (this.#nextDrainAt === Infinity) this.#nextDrainAt = performance.now() + INTERVAL_MS;
  }

  #drain(sources: Iterable<OpenedAnswer>): void {
    for (const { answerId, takeText } of sources)
      this.#pending.add(takeText().map((piece) => ({ kind: 'segment', answerId, ...piece })));
  }

  #nextBatch(): HistoryRecord[] | undefined {
    if (this.#batches.length === 0 && !this.#pending.empty) this.#batches.push(this.#pending.take());
    return this.#batches[0];
  }

  #nothingToWrite(): boolean {
    return this.#batches.length === 0 && this.#pending.empty;
  }

  /** False where the batch has to be tried again later. */
  async #write(batch: HistoryRecord[]): Promise<boolean> {
    const start = performance.now();
    try {
      await this.store.append(batch);
    } catch (error) {
      // Counted and logged where all writes are (`WriteHealth`).
      this.#healthy = !(error instanceof HistoryUnavailableError);
      if (!this.#healthy) return false;
      this.#failures.add();
      this.#setApart(batch, error);
      return true;
    }
    this.#duration.observe((performance.now() - start) / 1000);
    this.#scheduleCheckpoint();
    this.#retryMs = FIRST_RETRY_MS;
    this.#healthy = true;
    this.#done(batch);
    return true;
  }

  /** A batch that the database will never take: the answer at fault must not keep the others from being written. */
  #setApart(batch: HistoryRecord[], error: unknown): void {
    const answers = [...Map.groupBy(batch, (record) => record.answerId).values()];
    if (answers.length > 1) {
      this.#batches.splice(0, 1, ...answers);
      return;
    }
    this.#logger.error({ err: error, answer_id: batch[0]?.answerId }, 'an answer could not be written to the history');
    this.#done(batch);
  }

  #done(batch: HistoryRecord[]): void {
    this.#batches.shift();
    for (const record of batch) {
      this.#committed.get(record)?.();
      this.#committed.delete(record);
    }
  }

  async #backOff(): Promise<void> {
    const ms = this.#retryMs;
    this.#retryMs = Math.min(2 * ms, LAST_RETRY_MS);
    await this.#pause.wait(ms);
  }
}
