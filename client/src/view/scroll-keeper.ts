import { Observable } from '../state/observable.js';

const NEAR_END_PX = 60;
const TOUCH_PX = 10;
/** What stays visible above a message that was gone to, in heights of what is visible. */
const ABOVE = 0.1;
const KEYS_UP: ReadonlySet<string> = new Set(['PageUp', 'Home', 'ArrowUp']);
/** Here those keys do something else. */
const OWN_KEYS = 'input, textarea, select, [role="menu"], [contenteditable]';

/**
 * Keeps the newest text in view until its reader moves up, and lets go at the first such move. Scrolling of our own is
 * told from the reader's by where it led, not by when it happened.
 */
export class ScrollKeeper {
  readonly pinned = new Observable(true);
  #expected = 0;
  #last = 0;
  /** How much was visible then, in pixels. */
  #visible = 0;
  #touchY = 0;
  #scrollbarHeld = false;

  constructor(
    readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
  ) {
    const follow = new ResizeObserver(() => this.follow());
    follow.observe(content);
    follow.observe(scroller);
    this.pinned.watch((pinned) => scroller.classList.toggle('following', pinned));
    scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    scroller.addEventListener('wheel', (event) => this.#onWheel(event), { passive: true });
    scroller.addEventListener('touchstart', (event) => (this.#touchY = touchY(event)), { passive: true });
    scroller.addEventListener('touchmove', (event) => this.#onTouchMove(event), { passive: true });
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
    scroller.addEventListener('pointerdown', (event) => (this.#scrollbarHeld = this.#isOnScrollbar(event)));
    addEventListener('pointermove', ({ buttons }) => (this.#scrollbarHeld &&= buttons > 0), { passive: true });
    // What is unfolded by hand is to be read from its beginning.
    scroller.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('summary')) this.letGo();
    });
    scroller.addEventListener('toggle', () => this.settle(), { capture: true });
  }

  /** Stays at the end if that is where the reader is. What stands in the place of no content is read from its top. */
  follow(): void {
    if (this.pinned.value) this.#write(this.content.childElementCount > 0 ? this.scroller.scrollHeight : 0);
  }

  /** Goes to the end, and stays there. */
  toEnd(): void {
    this.pin();
    this.follow();
  }

  /** Stays at the end from the next change of the content on; costs no layout of its own. */
  pin(): void {
    this.pinned.set(true);
  }

  /** Follows the end no more. */
  letGo(): void {
    // Where the browser went by itself to hold on to the end was not the reader's move, though it is told of only later.
    this.#mark();
    this.pinned.set(false);
  }

  /** Follows the end only if that is where the reader is now. */
  settle(): void {
    this.pinned.set(this.#toEnd() <= NEAR_END_PX);
  }

  /** Whether all of this is between the upper and the lower edge. */
  isInView(place: Element | Range): boolean {
    const { top, bottom } = place.getBoundingClientRect();
    const edges = this.scroller.getBoundingClientRect();
    return top >= edges.top && bottom <= edges.bottom;
  }

  /** Puts the beginning of `place` near the upper edge, or as high as it goes. */
  bringToTop(place: Element | Range): void {
    const distance = place.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.#write(this.scroller.scrollTop + distance - this.scroller.clientHeight * ABOVE);
  }

  /** Changes the page above what is being read without moving what is being read. */
  keeping(anchor: Element | undefined, change: () => void): void {
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (this.pinned.value) this.follow();
    else if (anchor?.isConnected) this.#write(this.scroller.scrollTop + anchor.getBoundingClientRect().top - before);
  }

  #write(top: number): void {
    this.scroller.scrollTop = top;
    this.#mark();
  }

  /** What led to here was not the reader. */
  #mark(): void {
    this.#expected = this.scroller.scrollTop;
    this.#last = this.#expected;
    this.#visible = this.scroller.clientHeight;
  }

  #toEnd(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - clientHeight - scrollTop;
  }

  #onScroll(): void {
    const { scrollTop, clientHeight } = this.scroller;
    // A notice has taken some of the room since, and no reader has moved away from the end by that.
    const toEnd = this.#toEnd() - Math.max(0, this.#visible - clientHeight);
    const moved = scrollTop - this.#last;
    this.#last = scrollTop;
    this.#visible = clientHeight;
    if (Math.abs(scrollTop - this.#expected) <= 1) return;
    if (moved < 0 && (toEnd > NEAR_END_PX || this.#scrollbarHeld)) this.pinned.set(false);
    else if (toEnd <= NEAR_END_PX && moved > 0) this.pinned.set(true);
    // What is left is text that shrank for a moment, when the browser itself moved up a little.
    else this.follow();
  }

  #onWheel(event: WheelEvent): void {
    if (event.deltaY < 0 && !event.ctrlKey && !this.#insideInnerScroller(event.target)) this.#moveUp();
  }

  #onTouchMove(event: TouchEvent): void {
    if (touchY(event) - this.#touchY > TOUCH_PX && !this.#insideInnerScroller(event.target)) this.#moveUp();
  }

  #onKey({ key, target }: KeyboardEvent): void {
    if (!KEYS_UP.has(key) || !(target instanceof Element) || target.closest(OWN_KEYS)) return;
    if (!this.#insideInnerScroller(target)) this.#moveUp();
  }

  #isOnScrollbar({ target, offsetX }: PointerEvent): boolean {
    return target === this.scroller && (offsetX < 0 || offsetX >= this.scroller.clientWidth);
  }

  #moveUp(): void {
    if (this.scroller.scrollTop > 0) this.letGo();
  }

  /** A box of its own that still has a way to go up takes the move for itself. */
  #insideInnerScroller(target: EventTarget | null): boolean {
    for (
      let node = target instanceof Element ? target : null;
      node && node !== this.scroller;
      node = node.parentElement
    ) {
      if (node.scrollTop > 0) return true;
    }
    return false;
  }
}

function touchY(event: TouchEvent): number {
  return event.touches[0]?.clientY ?? 0;
}
