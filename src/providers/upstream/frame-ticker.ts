import { performance } from 'node:perf_hooks';

/** One display frame: nobody sees text that comes faster, and every write costs a system call. */
const FRAME_MS = 16;
const LONGEST_FRAME_MS = 100;
/** A batch takes a millisecond or two; other work runs between batches. */
const WOKEN_AT_ONCE = 32;

/** Who waits for a frame's end. */
export interface FrameWaiter {
  frameEnded(): void;
  /** `frameEnded` threw: a fault of our own, which ends this waiter and nobody else. */
  cut(fault: unknown): void;
}

/**
 * The one clock that paces all answers: what arrives within a frame is read, stored and sent together at its end. The
 * busier the event loop, the longer a frame, since each costs the same however much it holds.
 */
export class FrameTicker {
  #waiting: FrameWaiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #loop = performance.eventLoopUtilization();
  #utilization = 0;

  /** Calls `frameEnded` once, at the end of the current frame. */
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

/** In batches: a first token, or a question, does not wait for hundreds of frames to be sent. */
function wake(waiting: readonly FrameWaiter[], from: number): void {
  const to = from + WOKEN_AT_ONCE;
  for (const waiter of waiting.slice(from, to)) endFrame(waiter);
  if (to < waiting.length) setImmediate(() => wake(waiting, to));
}

/** A waiter that throws gets its own fault back; the others are still woken. */
export function endFrame(waiter: FrameWaiter): void {
  try {
    waiter.frameEnded();
  } catch (fault) {
    waiter.cut(fault);
  }
}
