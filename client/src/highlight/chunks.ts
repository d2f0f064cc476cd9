import type { Span } from './spans.js';

/** Code is coloured in pieces of about this many characters, so that no step takes long and finished ones are left alone. */
export const CHUNK_CHARS = 1_800;

/** No piece grows beyond this, even if it is all one comment. */
const LONGEST_CHUNK = 6_000;

/**
 * Where the first finished piece of these spans ends: behind the last line end that lies in plain text, so that no string
 * or comment is cut. 0 if there is none yet.
 */
export function chunkEnd(spans: readonly Span[]): number {
  const length = spans.reduce((sum, span) => sum + span.text.length, 0);
  if (length < CHUNK_CHARS) return 0;
  let end = length;
  for (const span of spans.toReversed()) {
    const newline = span.kind === '' ? span.text.lastIndexOf('\n') : -1;
    if (newline >= 0) return end - span.text.length + newline + 1;
    end -= span.text.length;
  }
  return length > LONGEST_CHUNK ? length : 0;
}

/** The spans up to `end` and those behind; a span across it is cut in two. */
export function splitSpans(spans: readonly Span[], end: number): [Span[], Span[]] {
  const before: Span[] = [];
  const after: Span[] = [];
  let at = 0;
  for (const span of spans) {
    const cut = Math.min(Math.max(end - at, 0), span.text.length);
    if (cut > 0) before.push({ kind: span.kind, text: span.text.slice(0, cut) });
    if (cut < span.text.length) after.push({ kind: span.kind, text: span.text.slice(cut) });
    at += span.text.length;
  }
  return [before, after];
}
