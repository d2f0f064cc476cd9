import { AsyncResource } from 'node:async_hooks';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import type { AnswerEnd, AnswerObserver, ObservedAttempt, OpenedAnswer } from '../wire/answer-observer.js';
import {
  HistoryStore,
  HistoryUnavailableError,
  type HistoryRecord,
  type StoredEnd,
  type UsageRecord,
} from './history-store.js';
import { PendingRecords } from './pending-records.js';

/** From the last commit to the next checkpoint: well below the 100 ms allowed, since a busy machine is late with timers. */
const INTERVAL_MS = 60;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const SHUTDOWN_FLUSH_MS = 5_000;

/**
 * Writes running answers, all together and off the token path: one loop, one transaction per checkpoint. What the
 * database refuses is kept and tried again, in order, until it is written or the process ends.
 */
@Injectable()
export class HistoryWriter implements AnswerObserver, OnApplicationShutdown {
  readonly #logger = new Logger(HistoryWriter.name);
  /** Running answers that belong to a session, by id. */
  readonly #answers = new Map<string, OpenedAnswer>();
  /** Answers whose end was recorded without what they used. */
  readonly #uncounted = new Set<string>();
  readonly #pending = new PendingRecords();
  /** Called when the record is written. */
  readonly #onWritten = new Map<HistoryRecord, () => void>();
  #onIdle: (() => void)[] = [];
  /** Cuts a pause of the loop short. */
  #wake: () => void = () => undefined;
  #running = false;
  #stopped = false;
  /** False from a write that failed until one that succeeds. */
  #healthy = true;
  #retryMs = FIRST_RETRY_MS;
  /** Monotonic time; infinite while a checkpoint is being written. */
  #nextCheckpointAt = 0;
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

  /** From now on the answer takes part in every checkpoint. */
  opened(answer: OpenedAnswer): void {
    if (answer.session === undefined) return;
    this.#answers.set(answer.answerId, answer);
    this.#start();
  }

  attemptStarted({ answerId, session, attempt }: ObservedAttempt): void {
    if (session !== undefined) this.#pending.add({ kind: 'attempt', answerId, attempt });
  }

  attemptEnded(attempt: ObservedAttempt): void {
    this.attemptStarted(attempt);
  }

  /**
   * Resolves when the end is written and never rejects: it is tried again in the background until it is written or the
   * process ends. Undefined where the answer is stored nowhere.
   */
  ended({ session, attempts: _, speaker: __, ...end }: AnswerEnd): Promise<void> | undefined {
    if (session === undefined) return undefined;
    this.#answers.delete(end.answerId);
    if (end.usage === undefined) this.#uncounted.add(end.answerId);
    return this.#write({ kind: 'answer-end', ...end });
  }

  /** Adds what the answer used to its end, where that came without. Resolves as {@link ended} does. */
  counted({ answerId, usage, attempts }: AnswerEnd): Promise<void> | undefined {
    if (!this.#uncounted.delete(answerId) || usage === undefined) return undefined;
    const used = attempts.filter((attempt) => attempt.usage !== undefined);
    return this.#write({ kind: 'answer-usage', answerId, usage, attempts: used });
  }

  /** Resolves when all that running answers have said until now is written, or `deadlineMs` have passed. */
  async flush(deadlineMs: number): Promise<void> {
    this.#takeTexts();
    if (this.#pending.empty || this.#stopped) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, deadlineMs);
      this.#onIdle.push(() => {
        clearTimeout(deadline);
        resolve();
      });
      this.#start();
      this.#wake();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush(SHUTDOWN_FLUSH_MS);
    this.#stopped = true;
    this.#wake();
    if (!this.#pending.empty) this.#logger.error('stopped before everything could be written to the history');
  }

  #write(record: StoredEnd | UsageRecord): Promise<void> {
    this.#pending.add(record);
    return new Promise((resolve) => {
      this.#onWritten.set(record, resolve);
      this.#start();
      // While writes fail the loop waits for its next try instead.
      if (this.#healthy) this.#wake();
    });
  }

  #start(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#ofNoRequest.runInAsyncScope(() => void this.#loop());
  }

  async #loop(): Promise<void> {
    try {
      while (!this.#stopped) {
        if (performance.now() >= this.#nextCheckpointAt) this.#checkpoint();
        const batch = this.#pending.batch();
        if (batch) {
          await this.#append(batch);
          continue;
        }
        for (const resolve of this.#onIdle.splice(0)) resolve();
        if (this.#answers.size === 0) return;
        this.#scheduleCheckpoint();
        await this.#pause(Math.max(0, this.#nextCheckpointAt - performance.now()));
      }
    } finally {
      this.#running = false;
    }
  }

  #checkpoint(): void {
    this.#takeTexts();
    this.#nextCheckpointAt = Infinity;
  }

  /** Only after a checkpoint: answers that end in between must not put off the next one. */
  #scheduleCheckpoint(): void {
    if (this.#nextCheckpointAt === Infinity) this.#nextCheckpointAt = performance.now() + INTERVAL_MS;
  }

  #takeTexts(): void {
    for (const [answerId, answer] of this.#answers)
      for (const piece of answer.takeText()) this.#pending.add({ kind: 'segment', answerId, ...piece });
  }

  async #append(batch: readonly HistoryRecord[]): Promise<void> {
    const start = performance.now();
    try {
      await this.store.append(batch);
    } catch (error) {
      this.#healthy = !(error instanceof HistoryUnavailableError);
      // Counted and logged where all writes are (`WriteHealth`).
      if (!this.#healthy) return this.#backOff();
      this.#failures.add();
      this.#setApart(batch, error);
      return;
    }
    this.#duration.observe((performance.now() - start) / 1000);
    this.#scheduleCheckpoint();
    this.#retryMs = FIRST_RETRY_MS;
    this.#healthy = true;
    this.#done(batch);
  }

  /** A batch that the database will never take: the answer at fault must not keep the others from being written. */
  #setApart(batch: readonly HistoryRecord[], error: unknown): void {
    if (this.#pending.split()) return;
    this.#logger.error({ err: error, answer_id: batch[0]?.answerId }, 'an answer could not be written to the history');
    this.#done(batch);
  }

  #done(batch: readonly HistoryRecord[]): void {
    this.#pending.remove();
    for (const record of batch) {
      this.#onWritten.get(record)?.();
      this.#onWritten.delete(record);
    }
  }

  async #backOff(): Promise<void> {
    const ms = this.#retryMs;
    this.#retryMs = Math.min(2 * ms, LAST_RETRY_MS);
    await this.#pause(ms);
  }

  /** Resolves after `ms`, or when the loop is woken. Does not keep the process alive. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
