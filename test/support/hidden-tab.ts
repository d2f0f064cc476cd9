import type { Page } from 'playwright-core';

/** What browsers let timers wait for at least in a tab that is hidden. */
const SLOWEST_TIMER_MS = 1_000;

/**
 * Makes a page believe that its tab is hidden, and treats it as browsers do then: no frames, and timers once a second.
 * The headless Chromium that the tests use shows every tab, also those behind another one.
 */
export async function hideTab(page: Page): Promise<void> {
  await page.evaluate((slowest) => {
    const { requestAnimationFrame, cancelAnimationFrame, setTimeout } = window;
    const frames = new Map<number, FrameRequestCallback>();
    const visible = (hidden: boolean): void => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      const state = hidden ? 'hidden' : 'visible';
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    let last = 1_000_000;
    Object.assign(window, {
      requestAnimationFrame: (callback: FrameRequestCallback) => {
        frames.set(++last, callback);
        return last;
      },
      cancelAnimationFrame: (frame: number) => {
        frames.delete(frame);
        cancelAnimationFrame(frame);
      },
      setTimeout: (callback: () => void, ms = 0) => setTimeout(callback, Math.max(ms, slowest)),
      showTab: () => {
        Object.assign(window, { requestAnimationFrame, cancelAnimationFrame, setTimeout });
        for (const callback of frames.values()) requestAnimationFrame(callback);
        visible(false);
      },
    });
    visible(true);
  }, SLOWEST_TIMER_MS);
}

/** Brings the tab back into view. */
export async function showTab(page: Page): Promise<void> {
  await page.evaluate(() => (Reflect.get(window, 'showTab') as () => void)());
}
