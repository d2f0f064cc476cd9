const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;

/**
 * One channel's text made well-formed: NUL and unpaired surrogates become U+FFFD, and no piece ends inside a pair (a high
 * half at the end waits for the next piece).
 */
export class WellFormedText {
  #half = '';

  push(piece: string): string {
    let text = this.#half + piece;
    this.#half = '';
    const half = HIGH_SURROGATE.exec(text)?.[0];
    if (half !== undefined) {
      this.#half = half;
      text = text.slice(0, -1);
    }
    if (text.includes('\0')) text = text.replaceAll('\0', '\uFFFD');
    return text.toWellFormed();
  }

  end(): string {
    const text = this.#half.toWellFormed();
    this.#half = '';
    return text;
  }
}
