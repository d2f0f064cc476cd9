import { languageOf, type OpenFence } from './fences.js';

/** The longest lead before a quotation. In UTF-16 units. */
const LONGEST = 64;

/**
 * White space, invisible characters (except the joiners of emoji), dots (also in brackets), and the quotation marks of
 * any language.
 */
const SMALL =
  /[\s\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff.…‥⋯`\p{Quotation_Mark}❛❜❝❞《〈【〔]|[[(](?:…|\.{3})[\])]/uy;
const TAG = /<\/?last-characters>/y;
const FENCE = /(`{3,}|~{3,})([^\n`]{0,32})\n/y;
/** The start of a tag or a fence whose rest has not come yet. */
const BEGUN = /(?:<[/a-z-]{0,17}|`{3,}[^\n`]{0,32}|~{1,}[^\n`]{0,32}|[[(](?:…|\.{0,3}))$/y;

/** A line that opens a code block that is open. */
interface Reopening {
  readonly from: number;
  readonly to: number;
  /** How much of the line is not new: its end is new where the text before did not reach it. */
  readonly repeatedTo: number;
}

/** The small things that a continuation starts with; the repetition may be wrapped in them. */
export interface Lead {
  /** Where it may end: offsets above zero, ascending. */
  readonly ends: readonly number[];
  /** More of it may come. */
  readonly open: boolean;
  readonly reopening: Reopening | undefined;
}

/**
 * @param text what has come of the continuation
 * @param fence the code block that the text before it ends in
 */
export function readLead(text: string, fence: OpenFence | undefined): Lead {
  const ends: number[] = [];
  let reopening: Reopening | undefined;
  let block = fence;
  let at = 0;
  while (at < Math.min(text.length, LONGEST)) {
    // A backtick may also precede a repeated fence.
    if (text[at] === '`') ends.push(at + 1);
    const line = matchAt(FENCE, text, at);
    if (line === null && matchAt(BEGUN, text, at)) return { ends, open: true, reopening };
    const found = line ?? matchAt(TAG, text, at) ?? matchAt(SMALL, text, at);
    if (found === null) return { ends, open: false, reopening };
    if (line !== null) {
      if (block && opensAgain(line, block)) reopening = reopeningAt(at, line[0].length, block);
      // Only the first one can: any other line of this kind ends the block.
      block = undefined;
    }
    at += found[0].length;
    if (ends.at(-1) !== at) ends.push(at);
  }
  return { ends, open: text.length < LONGEST, reopening };
}

/** A bare fence may be the end of the block, and one with another language a part of it. */
function opensAgain([, mark, info = '']: RegExpExecArray, block: OpenFence): boolean {
  return block.language !== '' && languageOf(info) === block.language && mark === block.mark;
}

function reopeningAt(from: number, length: number, block: OpenFence): Reopening {
  const to = from + length;
  return { from, to, repeatedTo: block.lineEnded ? to : to - 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
