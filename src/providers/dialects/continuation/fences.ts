/** A code block that a text ends in. */
export interface OpenFence {
  /** What opened it: at least three backticks or tildes. */
  readonly mark: string;
  /** The first word after the mark, in lower case; empty without one. */
  readonly language: string;
  /** The line of the fence has ended. */
  readonly lineEnded: boolean;
}

const FENCE_LINE = /^[ \t>]*(`{3,}|~{3,})([^\n]*)(\n|$)/gm;

/** The code block that `text` ends in; undefined where it ends outside of any. */
export function openFence(text: string): OpenFence | undefined {
  let open: OpenFence | undefined;
  for (const [, mark = '', info = '', lineEnd] of text.matchAll(FENCE_LINE)) {
    if (open === undefined) {
      if (!mark.startsWith('`') || !info.includes('`'))
        open = { mark, language: languageOf(info), lineEnded: lineEnd !== '' };
    } else if (mark.startsWith(open.mark) && info.trim() === '') open = undefined;
  }
  return open;
}

export function languageOf(info: string): string {
  return /^\S*/.exec(info.trim())![0].toLowerCase();
}
