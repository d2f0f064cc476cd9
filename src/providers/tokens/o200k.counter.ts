import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { textRuns } from './text-runs.js';

export interface CounterLimits {
  /** How long one count may take, the thread's start included. */
  readonly timeoutMs: number;
  /** After so long without work the thread, and the table's 70 MB, are let go. */
  readonly idleMs: number;
  /** UTF-16 units that may wait; a count that would go beyond is refused. */
  readonly maxQueuedUnits: number;
  /** After a failure no thread is started for so long. */
  readonly restAfterFailureMs: number;
}

interface Job {
  readonly units: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (tokens: number) => void;
  readonly reject: (reason: Error) => void;
}

/** The worker is beside this file and of its kind: `.js` once built, `.ts` (which Node runs as it is) in the tests. */
const WORKER = new URL(`./o200k.worker${extname(import.meta.url)}`, import.meta.url);

/** Counts o200k tokens in a thread of its own, which starts with the first count. Only a running count keeps the process alive. */
export class O200kCounter {
  readonly #limits: CounterLimits;
  readonly #workerUrl: URL;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #queuedUnits = 0;
  #restUntil = 0;

  constructor(limits: CounterLimits, workerUrl = WORKER) {
    this.#limits = limits;
    this.#workerUrl = workerUrl;
  }

  /** Rejects when too much is waiting, when it takes too long, and when the thread dies. */
  count(text: string): Promise<number> {
    if (this.#queuedUnits + text.length > this.#limits.maxQueuedUnits) return Promise.reject(new Error('queue full'));
    if (performance.now() < this.#restUntil) return Promise.reject(new Error('resting after a failure'));
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const counted = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => void this.#fail(new Error('counting took too long')),
        this.#limits.timeoutMs,
      ).unref();
      this.#jobs.set(id, { units: text.length, timer, resolve, reject });
    });
    this.#queuedUnits += text.length;
    this.#worker.ref();
    this.#worker.postMessage({ id, runs: textRuns(text) });
    return counted;
  }

  /** Ends the thread; what was waiting is rejected. A later count starts another one. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    for (const id of [...this.#jobs.keys()]) this.#take(id)?.reject(new Error('closed'));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#workerUrl, { name: 'tokens', env: {} });
    worker.on('message', ({ id, tokens }: { id: number; tokens: number }) => {
      this.#take(id)?.resolve(tokens);
      if (this.#jobs.size > 0) return;
      worker.unref();
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.close(), this.#limits.idleMs).unref();
    });
    worker.on('error', (error) => void this.#fail(new Error(`the thread failed: ${String(error)}`), worker));
    worker.on('exit', () => void this.#fail(new Error('the thread ended'), worker));
    return worker;
  }

  #take(id: number): Job | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined) return undefined;
    clearTimeout(job.timer);
    this.#jobs.delete(id);
    this.#queuedUnits -= job.units;
    return job;
  }

  async #fail(reason: Error, worker = this.#worker): Promise<void> {
    if (worker === undefined || worker !== this.#worker) return;
    this.#restUntil = performance.now() + this.#limits.restAfterFailureMs;
    for (const id of [...this.#jobs.keys()]) this.#take(id)?.reject(reason);
    await this.close();
  }
}
