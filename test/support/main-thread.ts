import type { CDPSession, Page } from 'playwright-core';

/** A task of the page's main thread. */
export interface Task {
  /**
   * What the page itself took, in milliseconds of the thread's CPU time, slowed down as it is. Without collections of
   * garbage, which the browser does when it likes, and in which the thread waits for others that may have no core. The
   * browser slows a thread down by having it spin for as long as it has run by the wall clock, times the rest; so time in
   * which another process had the core is taken off as often.
   */
  ownMs: number;
  /** Seconds since the recording's first mark. */
  at: number;
  /** What most of it went into, by the browser's names, in milliseconds of CPU time; inner parts count for outer ones too. */
  parts: Record<string, number>;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds, as are the others. */
  ts: number;
  dur?: number;
  tdur?: number;
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing'];

/** What a page's main thread does, by the thread's own clock, on a machine that is made slower. */
export class MainThread {
  readonly #events: TraceEvent[] = [];

  private constructor(
    private readonly devtools: CDPSession,
    private readonly slowdown: number,
  ) {
    devtools.on('Tracing.dataCollected', ({ value }) => {
      for (const event of value as readonly object[]) this.#events.push(event as TraceEvent);
    });
  }

  /** Begins to record; from now on the page is `slowdown` times slower than this machine. */
  static async record(page: Page, slowdown: number): Promise<MainThread> {
    const devtools = await page.context().newCDPSession(page);
    const thread = new MainThread(devtools, slowdown);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await devtools.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
    });
    return thread;
  }

  /** Ends the recording; gives the tasks that began after the page's first `performance.mark` of this name. */
  async tasksAfter(mark: string): Promise<Task[]> {
    const { from, events } = await this.#after(mark);
    // There are tens of thousands of tasks, and ten times as many events.
    const collections = events.filter(({ name }) => /^(?:Major|Minor)GC$/.test(name));
    return tasksIn(events).map((task) => ({
      ownMs: this.#ownMs(task, collections),
      at: (task.ts - from) / 1e6,
      parts: partsOf(task, events),
    }));
  }

  /** Ends the recording; gives the CPU time that each of these parts took after the mark, in milliseconds. */
  async timesOf(part: string, mark: string): Promise<number[]> {
    const { events } = await this.#after(mark);
    return events.filter(({ name }) => name === part).map(cpuMs);
  }

  /** Ends the recording; gives how much of this part's CPU time after the mark was in tasks that did the other as well, 0 to 1. */
  async shareWith(part: string, other: string, mark: string): Promise<number> {
    const { events } = await this.#after(mark);
    const others = events.filter(({ name }) => name === other);
    const tasks = tasksIn(events).filter((task) => others.some((event) => isIn(event, task)));
    const parts = events.filter(({ name }) => name === part);
    const shared = parts.filter((event) => tasks.some((task) => isIn(event, task)));
    return sumMs(shared) / sumMs(parts);
  }

  /** What the thread of the page's first mark of this name did after it, in order. */
  async #after(mark: string): Promise<{ from: number; events: TraceEvent[] }> {
    const complete = new Promise((resolve) => this.devtools.once('Tracing.tracingComplete', resolve));
    await this.devtools.send('Tracing.end');
    await complete;
    const marked = this.#events.find(({ name, ts }) => name === mark && ts > 0);
    if (!marked) throw new Error(`the page has no mark ${mark}`);
    const events = this.#events.filter(
      ({ pid, tid, ph, ts, tdur }) =>
        pid === marked.pid && tid === marked.tid && ph === 'X' && tdur !== undefined && ts >= marked.ts,
    );
    return { from: marked.ts, events: events.toSorted((a, b) => a.ts - b.ts) };
  }

  #ownMs(task: TraceEvent, collections: readonly TraceEvent[]): number {
    const awayMs = Math.max(0, (task.dur ?? 0) / 1000 - cpuMs(task));
    return cpuMs(task) - awayMs * (this.slowdown - 1) - sumMs(collections.filter((event) => isIn(event, task)));
  }
}

/** The tasks that are not inside others. */
function tasksIn(events: readonly TraceEvent[]): TraceEvent[] {
  return events
    .filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask')
    .filter((task, i, all) => i === 0 || all[i - 1]!.ts + (all[i - 1]!.dur ?? 0) <= task.ts);
}

function isIn({ ts }: TraceEvent, task: TraceEvent): boolean {
  return ts >= task.ts && ts < task.ts + (task.dur ?? 0);
}

function sumMs(events: readonly TraceEvent[]): number {
  return events.reduce((sum, event) => sum + cpuMs(event), 0);
}

function cpuMs({ tdur = 0 }: TraceEvent): number {
  return tdur / 1000;
}

function partsOf(task: TraceEvent, events: readonly TraceEvent[]): Record<string, number> {
  const parts: Record<string, number> = {};
  if (cpuMs(task) < 20) return parts;
  for (const event of events) {
    if (!isIn(event, task) || event.name.endsWith('RunTask') || cpuMs(event) < 2) continue;
    parts[event.name] = Math.round((parts[event.name] ?? 0) + cpuMs(event));
  }
  return parts;
}
