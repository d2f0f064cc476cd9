/** Tokenizing time grows faster than a run's length where a script has no spaces; at this length it still doesn't matter. */
const MAX_RUN = 256;

/**
 * `text` cut into runs of at most 256 UTF-16 units that join to it again, none of which splits a surrogate pair. Cuts
 * fall between a word and a space where they can: no token spans that place, so the runs' counts add up to the text's.
 */
export function textRuns(text: string): string[] {
  const runs: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = runEnd(text, start);
    runs.push(text.slice(start, end));
    start = end;
  }
  return runs;
}

function runEnd(text: string, start: number): number {
  const limit = start + MAX_RUN;
  if (limit >= text.length) return text.length;
  const length = lastWordEnd(text.slice(start, limit + 1));
  if (length > 0) return start + length;
  return splitsPair(text, limit) ? limit - 1 : limit;
}

/** How far the last word reaches that a space follows; 0 when there is none. */
function lastWordEnd(text: string): number {
  let at = text.lastIndexOf(' ');
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at = text.lastIndexOf(' ', at - 1);
  return Math.max(at, 0);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
