import { hitsIn } from './mark-hits.js';
import type { ScrollKeeper } from './scroll-keeper.js';

const SHOWN_MS = 2_600;
/** The name of the marks in the style sheet (search.css). */
const FOUND = 'found';
/** A long message is shown over several frames, and one that is still being written is not waited for. */
const MOST_FRAMES = 60;
/** So many words are marked in a message. */
const MOST_MARKED = 500;
/** What was written, and not what the page says of it. */
const WRITTEN = '.prose, .question-text:not(.folded)';

/** So many are enough to find the best of them. */
const MOST = 2_000;

/**
 * Brings a message into view, gives it the focus, and marks it for a moment; and in it, as long as it has the focus, what
 * was looked for.
 */
export function pointOut(message: HTMLElement, scroll: ScrollKeeper, query: string): void {
  scroll.bringToTop(message);
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.classList.add('pointed-out');
  setTimeout(() => message.classList.remove('pointed-out'), SHOWN_MS);
  const left = new AbortController();
  message.addEventListener('blur', () => left.abort(), { once: true });
  left.signal.addEventListener('abort', () => {
    message.removeAttribute('tabindex');
    mark([]);
  });
  if (query !== '') showHits(message, scroll, query, left.signal, MOST_FRAMES);
}

function showHits(message: HTMLElement, scroll: ScrollKeeper, query: string, left: AbortSignal, frames: number): void {
  // What is taken out of the page does not always lose its focus by an event.
  if (left.aborted || !message.isConnected) return;
  if (message.getAttribute('aria-busy') === 'true' && frames > 0) {
    requestAnimationFrame(() => showHits(message, scroll, query, left, frames - 1));
    return;
  }
  // Short words stand everywhere; the longest one says most about what was looked for.
  const hits = findHits(message, query).sort((a, b) => lengthOf(b) - lengthOf(a));
  mark(hits.slice(0, MOST_MARKED));
  const [best] = hits;
  if (best && !scroll.isInView(best)) scroll.bringToTop(best);
}

/** Each is in one text. */
function lengthOf({ startOffset, endOffset }: Range): number {
  return endOffset - startOffset;
}

/** Not every browser can. */
function mark(hits: readonly Range[]): void {
  if ('highlights' in CSS) CSS.highlights.set(FOUND, new Highlight(...hits));
}

/** Where in a message the words of a search stand, in order. A word that is partly bold, say, is not found. */
function findHits(message: Element, query: string): Range[] {
  const hits: Range[] = [];
  for (const written of message.querySelectorAll(WRITTEN)) {
    const texts = document.createTreeWalker(written, NodeFilter.SHOW_TEXT);
    while (texts.nextNode() && hits.length < MOST)
      hits.push(...rangesIn(texts.currentNode as Text, query, MOST - hits.length));
  }
  return hits;
}

function rangesIn(node: Text, query: string, most: number): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  for (const { text, isHit } of hitsIn(node.data, query)) {
    if (ranges.length >= most) break;
    if (isHit) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + text.length);
      ranges.push(range);
    }
    at += text.length;
  }
  return ranges;
}
