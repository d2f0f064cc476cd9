import { byId } from './element.js';
import type { ScrollKeeper } from './scroll-keeper.js';
import type { Transcript } from './transcript.js';

/** "Jump to latest", there as long as the reader is further up. */
export function setUpJumpButton(scroll: ScrollKeeper, transcript: Transcript): void {
  const button = byId('jump', HTMLButtonElement);
  scroll.pinned.watch((pinned) => (button.hidden = pinned));
  button.addEventListener('click', () => {
    transcript.showEnd();
    scroll.scroller.focus({ preventScroll: true });
  });
}
