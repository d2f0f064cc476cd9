import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { sampleOf, type TextSample } from './text-sample.js';

export interface CounterLimits {
  /** How long a text may wait, and how long its count may take, the thread's start included. */
  readonly timeoutMs: number;
  /** After so long without work the thread ends, and frees the table's 70 MB. */
  readonly idleMs: number;
  /** UTF-16 units that may wait; a count beyond that is refused. */
  readonly maxQueuedUnits: number;
  /** For so long after the thread died no new one is started. */
  readonly restAfterFailureMs: number;
}

interface Job {
  readonly sample: TextSample;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (tokens: number) => void;
  readonly reject: (reason: Error) => void;
}

/** The worker is beside this file and of its kind: `.js` once built, `.ts` (which Node runs as it is) in the tests. */
const WORKER = new URL(`./o200k.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Counts o200k tokens in a thread of its own, which starts with the first count. One text at a time, the shortest first,
 * so that a long one delays nobody. Only a running count keeps the process alive.
 */
export class O200kCounter {
  readonly #limits: CounterLimits;
  readonly #workerUrl: URL;
  /** In order of arrival, including the one that is being counted. */
  readonly #jobs = new Set<Job>();
  #current: Job | undefined;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #queuedUnits = 0;
  #restUntil = 0;

  constructor(limits: CounterLimits, workerUrl = WORKER) {
    this.#limits = limits;
    this.#workerUrl = workerUrl;
  }

  /** Rejects when too much is waiting, when it takes too long, and when the thread dies. */
  count(text: string): Promise<number> {
    const sample = sampleOf(text);
    if (this.#queuedUnits + sample.units > this.#limits.maxQueuedUnits) return Promise.reject(new Error('queue full'));
    if (performance.now() < this.#restUntil) return Promise.reject(new Error('resting after a failure'));
    clearTimeout(this.#idle);
    return new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => this.#tooLong(job), this.#limits.timeoutMs).unref();
      const job: Job = { sample, timer, resolve, reject };
      this.#jobs.add(job);
      this.#queuedUnits += sample.units;
      this.#next();
    });
  }

  /** Ends the thread; what was waiting is rejected. A later count starts another one. */
  async close(): Promise<void> {
    for (const job of [...this.#jobs]) this.#take(job).reject(new Error('closed'));
    await this.#stop();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const job = this.#shortest();
    if (job === undefined) return this.#rest();
    this.#worker ??= this.#start();
    this.#current = job;
    job.timer.refresh();
    this.#worker.ref();
    this.#worker.postMessage(job.sample.runs);
  }

  #shortest(): Job | undefined {
    let shortest: Job | undefined;
    for (const job of this.#jobs)
      if (shortest === undefined || job.sample.units < shortest.sample.units) shortest = job;
    return shortest;
  }

  /** Nothing to count. */
  #rest(): void {
    this.#worker?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#stop(), this.#limits.idleMs).unref();
  }

  #start(): Worker {
    const worker = new Worker(this.#workerUrl, { name: 'tokens', env: {} });
    worker.on('message', (tokens: number) => {
      const job = this.#current;
      if (worker !== this.#worker || job === undefined) return;
      this.#take(job).resolve(Math.round(tokens * job.sample.scale));
      this.#next();
    });
    worker.on('error', (error) => this.#fail(new Error(`the thread failed: ${String(error)}`), worker));
    worker.on('exit', () => this.#fail(new Error('the thread ended'), worker));
    return worker;
  }

  #take(job: Job): Job {
    clearTimeout(job.timer);
    if (this.#jobs.delete(job)) this.#queuedUnits -= job.sample.units;
    if (this.#current === job) this.#current = undefined;
    return job;
  }

  /** Only that one count is lost. A stuck thread is replaced. */
  #tooLong(job: Job): void {
    const stuck = this.#current === job;
    this.#take(job).reject(new Error('counting took too long'));
    if (!stuck) return;
    void this.#stop();
    this.#next();
  }

  #fail(reason: Error, worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#restUntil = performance.now() + this.#limits.restAfterFailureMs;
    for (const job of [...this.#jobs]) this.#take(job).reject(reason);
    void this.#stop();
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
