import { performance } from 'node:perf_hooks';

/** One display frame: nobody can see text that comes faster, and every write costs a system call. */
const FRAME_MS = 16;
const LONGEST_FRAME_MS = 100;
/** So many wait for at most a millisecond or two of each other's work; what else is due has its turn between them. */
const WOKEN_AT_ONCE = 32;

/** Who waits for a frame's end. */
export interface FrameWaiter {
  frameEnded(): void;
  /** `frameEnded` threw: a fault of our own, which ends this one and nobody else. */
  cut(fault: unknown): void;
}

/**
 * The one clock that paces all answers: what comes within a frame is read, stored and sent together at its end. The less
 * time the event loop has to spare, the longer a frame is, since each costs the same however much it brings.
 */
export class FrameTicker {
  #waiting: FrameWaiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #loop = performance.eventLoopUtilization();
  #utilization = 0;

  /** Calls `frameEnded` once, at the end of the frame that runs. */
  schedule(waiter: FrameWaiter): void {
    this.#waiting.push(waiter);
    this.#timer ??= setTimeout(() => this.#tick(), this.#frameMs());
  }

  #tick(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    wake(waiting, 0);
  }

  #frameMs(): number {
    const loop = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(loop, this.#loop);
    this.#loop = loop;
    this.#utilization = (this.#utilization + utilization) / 2;
    return Math.min(FRAME_MS / (1 - this.#utilization), LONGEST_FRAME_MS);
  }
}

/** A few at a time: a first token, or a question, does not wait for hundreds of frames to be sent. */
function wake(waiting: readonly FrameWaiter[], from: number): void {
  const to = from + WOKEN_AT_ONCE;
  for (const waiter of waiting.slice(from, to)) endFrame(waiter);
  if (to < waiting.length) setImmediate(() => wake(waiting, to));
}

/** A waiter that throws is told of its fault and keeps nobody else from being woken. */
export function endFrame(waiter: FrameWaiter): void {
  try {
    waiter.frameEnded();
  } catch (fault) {
    waiter.cut(fault);
  }
}
