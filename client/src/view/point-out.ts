import type { ScrollKeeper } from './scroll-keeper.js';

const SHOWN_MS = 2_600;

/** Brings a message into view, gives it the focus, and marks it for a moment. */
export function pointOut(message: HTMLElement, scroll: ScrollKeeper): void {
  scroll.bringToTop(message);
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.classList.add('pointed-out');
  setTimeout(() => message.classList.remove('pointed-out'), SHOWN_MS);
  message.addEventListener('blur', () => message.removeAttribute('tabindex'), { once: true });
}
