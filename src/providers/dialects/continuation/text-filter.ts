/** Sees an answer's text piece by piece and passes on what is new to the reader. */
export interface TextFilter {
  /** What is certainly new by now; empty while that is undecided. */
  push(text: string): string;
  /** The answer is complete: returns what was held back and is new. */
  end(): string;
}

/** Everything is new. */
export const PASS_ALL: TextFilter = { push: (text) => text, end: () => '' };
