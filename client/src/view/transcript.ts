import type { ShownMessage, ShownMessages } from '../chat/shown-messages.js';
import { byId } from './element.js';
import { pointOut } from './point-out.js';
import type { ScrollKeeper } from './scroll-keeper.js';
import { whenIdle } from './when-idle.js';

/** The page never holds more messages than this, however long the conversation is. */
const MOST_MOUNTED = 120;
const STEP = 10;
/** So many are there without being scrolled to, for those who look for words in the page, or have it read to them. */
const AT_HAND = 50;
const IDLE_STEP = 2;
/** Messages are put into the page when they come this close, in heights of what is visible. */
const NEAR = 1.5;

/** The messages of a conversation, of which only a window around what is being read is in the page. */
export class Transcript implements ShownMessages {
  #entries: ShownMessage[] = [];
  #from = 0;
  #to = 0;

  /** `loadOlder` is called when the reader comes to the beginning of what is here. */
  constructor(
    private readonly list: HTMLElement,
    private readonly scroll: ScrollKeeper,
    private readonly loadOlder: () => void,
  ) {
    scroll.scroller.addEventListener('scroll', () => this.#fill(), { passive: true });
    this.#setUpJumpButton();
  }

  get entries(): readonly ShownMessage[] {
    return this.#entries;
  }

  reset(entries: readonly ShownMessage[]): void {
    this.#unmount(this.#from, this.#to);
    this.#from = 0;
    this.#to = 0;
    this.#entries = [...entries];
    this.showEnd();
    this.#fillWhenIdle();
  }

  prepend(entries: readonly ShownMessage[]): void {
    this.#entries.unshift(...entries);
    this.#from += entries.length;
    this.#to += entries.length;
    this.#fill();
  }

  replaceFrom(index: number, entries: readonly ShownMessage[]): ShownMessage[] {
    if (this.#to < this.#entries.length) this.showEnd();
    const removed = this.#replace(index, entries);
    this.#trimAbove();
    this.scroll.pin();
    return removed;
  }

  swapFrom(index: number, entries: readonly ShownMessage[]): void {
    this.scroll.letGo();
    this.#replace(index, entries.slice(0, MOST_MOUNTED));
    this.#entries.push(...entries.slice(MOST_MOUNTED));
    this.#trimAbove();
    this.#fill();
    this.scroll.settle();
  }

  renewFrom(index: number, entries: readonly ShownMessage[]): void {
    const isEdited = this.#entries.some((entry) => entry.role === 'user' && entry.edited !== undefined);
    if (this.scroll.pinned.value && !isEdited) this.replaceFrom(index, entries);
    else this.swapFrom(index, entries);
  }

  goTo(id: string, query: string): boolean {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    const entry = this.#entries[index];
    if (!entry) return false;
    this.#unmount(this.#from, this.#to);
    this.#from = Math.max(0, index - STEP);
    this.#to = Math.min(this.#entries.length, index + STEP);
    this.list.append(...this.#entries.slice(this.#from, this.#to).map((near) => near.mount()));
    this.scroll.letGo();
    pointOut(entry.mount(), this.scroll, query);
    this.#fill();
    this.scroll.settle();
    return true;
  }

  /** Goes to the last message. */
  showEnd(): void {
    const end = this.#entries.length;
    if (this.#to !== end || this.#from === end) {
      this.#unmount(this.#from, this.#to);
      this.#from = end;
      this.#to = end;
    }
    this.scroll.toEnd();
    this.#fill();
  }

  /** "Jump to latest" is there as long as the reader is further up. */
  #setUpJumpButton(): void {
    const button = byId('jump', HTMLButtonElement);
    this.scroll.pinned.watch((pinned) => (button.hidden = pinned));
    button.addEventListener('click', () => {
      this.showEnd();
      this.scroll.scroller.focus({ preventScroll: true });
    });
  }

  #replace(index: number, entries: readonly ShownMessage[]): ShownMessage[] {
    const removed = this.#entries.splice(index, Infinity, ...entries);
    for (const entry of removed) entry.unmount();
    // What is far below what is being read comes into the page when its reader gets there.
    if (index > this.#to) return removed;
    this.#from = Math.min(this.#from, index);
    this.list.append(...entries.map((entry) => entry.mount()));
    this.#to = this.#entries.length;
    return removed;
  }

  #fillWhenIdle(): void {
    const entries = this.#entries;
    const step = (): void => {
      const isCurrent = this.#entries === entries && this.#to === entries.length;
      if (isCurrent && this.#from > 0 && this.#to - this.#from < AT_HAND) this.#mountAbove(IDLE_STEP);
    };
    void whenIdle(Array.from({ length: AT_HAND / IDLE_STEP }, () => step));
  }

  #fill(): void {
    const { scroller } = this.scroll;
    for (;;) {
      const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
      if (this.#from > 0 && scroller.scrollTop < near(scroller)) this.#mountAbove();
      else if (this.#to < this.#entries.length && below < near(scroller)) this.#mountBelow();
      else break;
    }
    if (this.#from === 0 && this.#entries.length > 0 && scroller.scrollTop < near(scroller)) this.loadOlder();
  }

  #mountAbove(step = STEP): void {
    const from = Math.max(0, this.#from - step);
    const anchor = this.list.firstElementChild ?? undefined;
    const elements = this.#entries.slice(from, this.#from).map((entry) => entry.mount());
    this.scroll.keeping(anchor, () => this.list.prepend(...elements));
    this.#from = from;
    const excess = this.#to - this.#from - MOST_MOUNTED;
    if (excess <= 0 || this.scroll.pinned.value) return;
    this.#unmount(this.#to - excess, this.#to);
    this.#to -= excess;
  }

  #mountBelow(): void {
    const to = Math.min(this.#entries.length, this.#to + STEP);
    this.list.append(...this.#entries.slice(this.#to, to).map((entry) => entry.mount()));
    this.#to = to;
    this.#trimAbove();
  }

  #trimAbove(): void {
    const excess = this.#to - this.#from - MOST_MOUNTED;
    if (excess <= 0) return;
    this.scroll.keeping(this.list.lastElementChild ?? undefined, () => this.#unmount(this.#from, this.#from + excess));
    this.#from += excess;
  }

  #unmount(from: number, to: number): void {
    for (const entry of this.#entries.slice(from, to)) entry.unmount();
  }
}

function near(scroller: HTMLElement): number {
  return scroller.clientHeight * NEAR;
}
