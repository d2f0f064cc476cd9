import { h } from './element.js';

/** Seconds that are counted down: a number for the eyes, of which only the first is spoken. */
export interface Countdown {
  readonly nodes: readonly Node[];
  stop(): void;
}

const TICK_MS = 250;

/** Counts down to the moment `end` (as `Date.now` tells it), then calls `onEnd`, unless it is stopped. */
export function countDown(end: number, onEnd: () => void): Countdown {
  const left = (): number => Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const ticking = h('span', { class: 'ticking', 'aria-hidden': 'true' });
  const spoken = h('span', { class: 'visually-hidden' }, `${left()} seconds.`);
  const tick = (): void => {
    ticking.textContent = `${left()} s`;
    if (left() > 0) return;
    clearInterval(timer);
    onEnd();
  };
  const timer = setInterval(tick, TICK_MS);
  ticking.textContent = `${left()} s`;
  return { nodes: [ticking, spoken], stop: () => clearInterval(timer) };
}
