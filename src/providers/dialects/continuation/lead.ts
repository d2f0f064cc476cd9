import { languageOf, type OpenFence } from './fences.js';

/** More than this is no small thing before a quotation. In UTF-16 units. */
const LONGEST = 64;

/** White space, dots and quotation marks. */
const SMALL = /[\s\u200b\ufeff.…"'`“”„‘’‚«»‹›「『《〈]/uy;
const TAG = /<\/?last-characters>/y;
const FENCE = /(`{3,}|~{3,})([^\n`]{0,32})\n/y;
/** What may become one of those once more has come. */
const BEGUN = /(?:<[/a-z-]{0,17}|`{3,}[^\n`]{0,32}|~{1,}[^\n`]{0,32})$/y;

/** Where such a line begins and ends, and how much of it is repeated: its end is not where the text before has none. */
interface Reopened {
  readonly from: number;
  readonly to: number;
  readonly repeatedTo: number;
}

/** The small things that a continuation begins with, in which the repetition of the text before it may be wrapped. */
export interface Lead {
  /** Where it may end: offsets above zero, ascending. */
  readonly ends: readonly number[];
  /** More of it may come. */
  readonly open: boolean;
  /** A line that opens the code block again that the text before ends in. */
  readonly reopened?: Reopened;
}

/** @param fence the code block that the text before ends in */
export function readLead(text: string, fence: OpenFence | undefined): Lead {
  const ends: number[] = [];
  let reopened: Lead['reopened'];
  let at = 0;
  while (at < Math.min(text.length, LONGEST)) {
    // The fence may belong to what is repeated.
    if (text[at] === '`') ends.push(at + 1);
    const line = matchAt(FENCE, text, at);
    if (line) {
      const [all, mark = '', info = ''] = line;
      const same = fence && fence.language !== '' && languageOf(info) === fence.language && mark === fence.mark;
      const to = at + all.length;
      if (same) reopened ??= { from: at, to, repeatedTo: fence.lineEnded ? to : to - 1 };
      at += all.length;
    } else if (matchAt(BEGUN, text, at)) return withReopened(ends, true, reopened);
    else {
      const found = matchAt(TAG, text, at) ?? matchAt(SMALL, text, at);
      if (!found) return withReopened(ends, false, reopened);
      at += found[0].length;
    }
    if (ends.at(-1) !== at) ends.push(at);
  }
  return withReopened(ends, text.length < LONGEST, reopened);
}

function withReopened(ends: number[], open: boolean, reopened: Lead['reopened']): Lead {
  return { ends, open, ...(reopened && { reopened }) };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
