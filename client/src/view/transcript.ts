import type { ScrollKeeper } from './scroll-keeper.js';
import type { TranscriptEntry } from './transcript-entry.js';

/** The page never holds more messages than this, however long the conversation is. */
const MOST_MOUNTED = 120;
const STEP = 10;
/** Messages are put into the page when they come this close, in heights of what is visible. */
const NEAR = 1.5;

/** The messages of a conversation, of which only a window around what is being read is in the page. */
export class Transcript {
  #entries: TranscriptEntry[] = [];
  #from = 0;
  #to = 0;

  /** `loadOlder` is called when the reader comes to the beginning of what is here. */
  constructor(
    private readonly list: HTMLElement,
    private readonly scroll: ScrollKeeper,
    private readonly loadOlder: () => void,
  ) {
    scroll.scroller.addEventListener('scroll', () => this.#fill(), { passive: true });
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** Shows these, from the last one up. */
  reset(entries: readonly TranscriptEntry[]): void {
    this.#unmount(this.#from, this.#to);
    this.#entries = [...entries];
    this.showEnd();
  }

  /** Puts older messages before all others. */
  prepend(entries: readonly TranscriptEntry[]): void {
    this.#entries.unshift(...entries);
    this.#from += entries.length;
    this.#to += entries.length;
    this.#fill();
  }

  append(entry: TranscriptEntry): void {
    if (this.#to < this.#entries.length) this.showEnd();
    this.#entries.push(entry);
    this.list.append(entry.mount());
    this.#to = this.#entries.length;
    this.#trimAbove();
    this.scroll.toEnd();
  }

  remove(entry: TranscriptEntry): void {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return;
    entry.unmount();
    this.#entries.splice(index, 1);
    if (index < this.#from) this.#from -= 1;
    if (index < this.#to) this.#to -= 1;
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

  #mountAbove(): void {
    const from = Math.max(0, this.#from - STEP);
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
