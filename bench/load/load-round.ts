import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { textAfterStamp } from '../answer-text.js';
import { faultOf } from './answer-check.js';
import type { LoadPlan, LoadReport } from './load-protocol.js';
import { Samples } from './samples.js';
import { StreamReader, type Round } from './stream-reader.js';

/** An event of the most verbose target. */
const BYTES_PER_TOKEN = 300;
const BYTES_AROUND = 4096;
/** Begins readers so often while the load grows. */
const RAMP_STEP_MS = 5;

let answersEver = 0;

/** What the generator itself needed. */
type LoadCost = Pick<LoadReport, 'utilization' | 'cpuMs'>;

/** One target under load. Its answers are kept as they come and are checked when all have ended. */
export class LoadRound implements Round {
  readonly port: number;
  readonly paceMs: number;
  readonly expectedBytes: number;
  readonly addedFirstTokenMs = new Samples();
  readonly addedGapMs = new Samples();
  readonly #startedAt = performance.now();
  readonly #answers: Buffer[] = [];
  readonly #errors: Record<string, number> = {};
  readonly #head: string;
  #answeredInTime = 0;

  constructor(private readonly plan: LoadPlan) {
    this.port = plan.port;
    this.paceMs = plan.paceMs;
    this.expectedBytes = plan.tokens * BYTES_PER_TOKEN + BYTES_AROUND;
    const headers = Object.entries({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...plan.headers,
    });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#head = `POST ${plan.path} HTTP/1.1\r\nhost: 127.0.0.1:${plan.port}\r\n${lines}`;
  }

  async run(): Promise<LoadCost> {
    const cpu = process.cpuUsage();
    const loop = performance.eventLoopUtilization();
    await this.#readAll();
    const { utilization } = performance.eventLoopUtilization(loop);
    const { user, system } = process.cpuUsage(cpu);
    return { utilization, cpuMs: (user + system) / 1000 };
  }

  async #readAll(): Promise<void> {
    const { streams, rampMs, deadlineMs } = this.plan;
    const readers = Array.from({ length: streams }, () => new StreamReader(this));
    const deadline = setTimeout(() => readers.forEach((reader) => reader.giveUp()), deadlineMs);
    for (let begun = 0; begun < streams;) {
      const share = rampMs === 0 ? 1 : Math.min(1, (this.#elapsed() + RAMP_STEP_MS) / rampMs);
      while (begun < streams * share) readers[begun++]?.ask();
      if (begun < streams) await delay(RAMP_STEP_MS);
    }
    await Promise.all(readers.map(({ done }) => done));
    clearTimeout(deadline);
  }

  nextRequest(): Buffer {
    const id = (answersEver++).toString(36).padStart(8, '0');
    const body = this.plan.body.replaceAll('{{id}}', id);
    return Buffer.from(`${this.#head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  goesOn(): boolean {
    return this.#elapsed() < this.plan.runMs;
  }

  answered(bytes: Buffer): void {
    this.#answers.push(bytes);
    const elapsed = this.#elapsed();
    if (elapsed >= this.plan.rampMs && elapsed <= this.plan.runMs) this.#answeredInTime++;
  }

  failed(why: string): void {
    this.#errors[why] = (this.#errors[why] ?? 0) + 1;
  }

  /** Checks every answer, which takes a while. */
  report(): Omit<LoadReport, keyof LoadCost> {
    const { dialect, tokens, rampMs, runMs } = this.plan;
    const expected = textAfterStamp(tokens);
    let bytes = 0;
    for (const answer of this.#answers) {
      bytes += answer.length;
      const fault = faultOf(answer, dialect, expected);
      if (fault !== undefined) this.failed(fault);
    }
    return {
      answers: this.#answers.length,
      answersPerSecond: this.#answeredInTime / ((runMs - rampMs) / 1000),
      addedFirstTokenMs: this.addedFirstTokenMs.percentiles(),
      addedGapMs: this.addedGapMs.percentiles(),
      bytes,
      errors: this.#errors,
    };
  }

  #elapsed(): number {
    return performance.now() - this.#startedAt;
  }
}
