import type { Page } from 'playwright-core';

/** What browsers let timers wait for at least in a tab that is hidden. */
const SLOWEST_TIMER_MS = 1_000;

/**
 * Makes a page believe that its tab is hidden, and treats it as browsers do then: no frames, also none of those that were
 * asked for before, and timers once a second. The headless Chromium that the tests use shows every tab, also those behind
 * another one.
 * @param when at once, or between a change of the answer's text and the frame that shows it
 */
export async function hideTab(page: Page, when: 'at once' | 'after a change' = 'at once'): Promise<void> {
  await holdFrames(page);
  await page.evaluate(
    async ({ slowest, waits }) => {
      const { setTimeout } = window;
      const setHidden = (hidden: boolean): void => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        const state = hidden ? 'hidden' : 'visible';
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
        document.dispatchEvent(new Event('visibilitychange'));
      };
      if (waits) {
        await new Promise((changed) => {
          const observer = new MutationObserver(changed);
          observer.observe(document.querySelector('.prose')!, { childList: true, subtree: true, characterData: true });
        });
      }
      Object.assign(window, {
        setTimeout: (callback: () => void, ms = 0) => setTimeout(callback, Math.max(ms, slowest)),
        showTab: () => {
          Object.assign(window, { setTimeout });
          setHidden(false);
          (Reflect.get(window, 'releaseFrames') as () => void)();
        },
      });
      setHidden(true);
    },
    { slowest: SLOWEST_TIMER_MS, waits: when === 'after a change' },
  );
}

/** Has frames come only while the tab is not hidden. */
async function holdFrames(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { requestAnimationFrame } = window;
    const waiting = new Map<number, FrameRequestCallback>();
    let last = 1_000_000;
    const release = (id: number): void =>
      void requestAnimationFrame((time) => {
        const callback = document.hidden ? undefined : waiting.get(id);
        if (callback && waiting.delete(id)) callback(time);
      });
    Object.assign(window, {
      requestAnimationFrame: (callback: FrameRequestCallback) => {
        waiting.set(++last, callback);
        release(last);
        return last;
      },
      cancelAnimationFrame: (id: number) => void waiting.delete(id),
      releaseFrames: () => [...waiting.keys()].forEach(release),
    });
    // Those that were asked for before come first.
    await new Promise(requestAnimationFrame);
  });
}

/** Brings the tab back into view. */
export async function showTab(page: Page): Promise<void> {
  await page.evaluate(() => (Reflect.get(window, 'showTab') as () => void)());
}
