/**
 * About so many characters may be looked at in vain while a text is parsed once: some 20 ms on a slow machine. A text
 * written by hand needs a tenth of that.
 */
const MOST = 300_000;

let left = MOST;

/**
 * What one parse may still cost. Some signs make the parser look through all that follows them, and a text full of such
 * signs would so take the square of its length. Behind the bound, what is left is plain text. As a parse is synchronous, there
 * is never more than one at a time.
 */
export const parserWork = {
  /** A parse begins. */
  begin(): void {
    left = MOST;
  },
  /** So many characters were looked at in vain. */
  spend(characters: number): void {
    left -= characters;
  },
  get isDone(): boolean {
    return left <= 0;
  },
};
