import { afterFrame, beforeFrame, type Task } from './tasks.js';

/** Painting takes at most about a third of the time, however slow a paint is. */
const REST_PER_COST = 2;
const HIDDEN_INTERVAL_MS = 500;
/** In a hidden tab browsers let timers fire rarely, so that each has to do more. */
const HIDDEN_BUDGET_MS = 40;

/**
 * Calls `paint` at most once per display frame, less often where it is slow, and on a timer while the tab is hidden, as
 * browsers hold back frames there. `paint` returns whether there is more to do, `layOut` has the browser lay out what was
 * changed. Each of them runs in a task of its own before the frame, which then only draws, so that the browser can serve
 * its reader between the three.
 */
export class Painter {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #task: Task | undefined;
  #requested = false;
  /** A paint was made and the browser has not drawn it yet. */
  #drawing: Task | undefined;
  #lastEnd = 0;
  #lastCost = 0;

  constructor(
    private readonly paint: () => boolean,
    private readonly layOut: () => void,
  ) {}

  /** There is something to paint. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    document.addEventListener('visibilitychange', this.#reschedule);
    this.#reschedule();
  }

  readonly #reschedule = (): void => {
    // A frame that was asked for never comes in a tab that was hidden meanwhile.
    if (document.hidden) this.#drawn();
    else if (!this.#drawing) this.#schedule();
  };

  #schedule(): void {
    this.#cancel();
    const rest = this.#lastEnd + this.#lastCost * REST_PER_COST - performance.now();
    if (document.hidden) this.#timer = setTimeout(this.#run, HIDDEN_INTERVAL_MS);
    else if (rest > 1) this.#timer = setTimeout(this.#runAfterFrame, rest);
    else this.#runAfterFrame();
  }

  /** A browser whose last frame is long ago draws before anything else, and would lay out within that. */
  readonly #runAfterFrame = (): void => {
    this.#task = afterFrame(this.#run);
  };

  readonly #run = (): void => {
    this.#cancel();
    this.#requested = false;
    document.removeEventListener('visibilitychange', this.#reschedule);
    const start = performance.now();
    const more = this.#paintSome(start);
    this.#lastEnd = performance.now();
    this.#lastCost = this.#lastEnd - start;
    if (!document.hidden) this.#draw();
    if (more) this.request();
  };

  #draw(): void {
    beforeFrame(() => {
      const start = performance.now();
      this.layOut();
      this.#lastCost += performance.now() - start;
    });
    this.#drawing = afterFrame((cost) => this.#drawn(cost));
  }

  #drawn(cost = 0): void {
    this.#drawing?.cancel();
    this.#drawing = undefined;
    this.#lastEnd = performance.now();
    this.#lastCost += cost;
    if (this.#requested) this.#schedule();
  }

  #paintSome(start: number): boolean {
    for (;;) {
      const more = this.paint();
      if (!more || !document.hidden || performance.now() - start > HIDDEN_BUDGET_MS) return more;
    }
  }

  #cancel(): void {
    this.#task?.cancel();
    this.#task = undefined;
    clearTimeout(this.#timer);
  }
}
