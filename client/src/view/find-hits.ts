import { hitsIn } from './mark-hits.js';

/** What was written, and not what the page says of it. */
const WRITTEN = '.prose, .question-text:not(.folded)';

/** So many are enough to find the best of them. */
const MOST = 2_000;

/** Where in a message the words of a search stand, in order. A word that is partly bold, say, is not found. */
export function findHits(message: Element, query: string): Range[] {
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
