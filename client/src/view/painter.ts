/** Painting takes at most about a third of the time, however slow a paint is. */
const REST_PER_COST = 2;
const HIDDEN_INTERVAL_MS = 500;
/** In a hidden tab browsers let timers fire rarely, so that each has to do more. */
const HIDDEN_BUDGET_MS = 40;

/**
 * Calls `paint` at most once per display frame, less often where it is slow, and on a timer while the tab is hidden, as
 * browsers hold back frames there. `paint` returns whether there is more to do.
 */
export class Painter {
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #requested = false;
  /** A paint was made and the browser is still drawing it. */
  #settling = false;
  #lastEnd = 0;
  #lastCost = 0;

  constructor(private readonly paint: () => boolean) {}

  /** There is something to paint. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    document.addEventListener('visibilitychange', this.#reschedule);
    if (!this.#settling) this.#schedule();
  }

  readonly #reschedule = (): void => {
    if (this.#settling) return;
    this.#cancel();
    this.#schedule();
  };

  #schedule(): void {
    const rest = this.#lastEnd + this.#lastCost * REST_PER_COST - performance.now();
    if (document.hidden) this.#timer = setTimeout(this.#run, HIDDEN_INTERVAL_MS);
    else if (rest > 16) this.#timer = setTimeout(this.#nextFrame, rest - 16);
    else this.#nextFrame();
  }

  readonly #nextFrame = (): void => {
    this.#frame = requestAnimationFrame(this.#run);
  };

  readonly #run = (): void => {
    this.#cancel();
    this.#requested = false;
    document.removeEventListener('visibilitychange', this.#reschedule);
    const start = performance.now();
    this.#settling = true;
    afterRendering(() => {
      this.#settling = false;
      this.#lastEnd = performance.now();
      this.#lastCost = this.#lastEnd - start;
      if (this.#requested) this.#schedule();
    });
    if (this.#paintSome(start)) this.request();
  };

  #paintSome(start: number): boolean {
    for (;;) {
      const more = this.paint();
      if (!more || !document.hidden || performance.now() - start > HIDDEN_BUDGET_MS) return more;
    }
  }

  #cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }
}

/** Calls back once the browser has laid out and drawn what this frame has changed, which often costs more than the change. */
function afterRendering(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
