import { performance, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../measure/statistics.js';
import type { MicroCase } from './micro-case.js';

export interface MicroResult {
  name: string;
  what: string;
  nsPerEvent: number;
  /** Allocated on the JavaScript heap of this thread; undefined where every batch was interrupted by a collection. */
  bytesPerEvent?: number;
}

const WARM_UP_MS = 400;
const SAMPLE_MS = 40;
const TIME_SAMPLES = 15;
const HEAP_SAMPLES = 9;
/** Node tells of a collection a moment after it. */
const TOLD_LATER_MS = 10;

/** Time and allocations of one step, each as the median of samples. Needs `--expose-gc` and a large young generation. */
export async function measureCase(step: MicroCase): Promise<MicroResult> {
  const warm = await batchesWithin(step, WARM_UP_MS);
  const batches = Math.max(1, Math.round((warm * SAMPLE_MS) / WARM_UP_MS));
  const times: number[] = [];
  for (let sample = 0; sample < TIME_SAMPLES; sample++) times.push(await timeOf(step, batches));
  const bytes: number[] = [];
  for (let sample = 0; sample < HEAP_SAMPLES; sample++) bytes.push(...(await allocationsOf(step)));
  await step.close?.();
  return {
    name: step.name,
    what: step.what,
    nsPerEvent: median(times),
    ...(bytes.length === 0 ? {} : { bytesPerEvent: median(bytes) }),
  };
}

async function batchesWithin(step: MicroCase, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let batches = 0;
  for (; performance.now() < end; batches++) await step.batch();
  return batches;
}

async function timeOf(step: MicroCase, batches: number): Promise<number> {
  const startedAt = performance.now();
  for (let batch = 0; batch < batches; batch++) await step.batch();
  return ((performance.now() - startedAt) * 1e6) / (batches * step.events);
}

/** Nothing is collected between the two looks at the heap, or the sample doesn't count. */
async function allocationsOf(step: MicroCase): Promise<number[]> {
  const collectedAt: number[] = [];
  const observer = new PerformanceObserver((list) => collectedAt.push(...list.getEntries().map((gc) => gc.startTime)));
  observer.observe({ entryTypes: ['gc'] });
  globalThis.gc?.();
  await delay(TOLD_LATER_MS);
  const startedAt = performance.now();
  const before = process.memoryUsage().heapUsed;
  await step.batch();
  const after = process.memoryUsage().heapUsed;
  const endedAt = performance.now();
  await delay(TOLD_LATER_MS);
  observer.disconnect();
  const interrupted = collectedAt.some((time) => time >= startedAt && time <= endedAt);
  return interrupted ? [] : [(after - before) / step.events];
}
