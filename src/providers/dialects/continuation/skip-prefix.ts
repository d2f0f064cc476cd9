import type { TextFilter } from './text-filter.js';

/** Leaves out as much of `prefix` as the text begins with: white space that was shown already. */
export class SkipPrefix implements TextFilter {
  #at = 0;

  constructor(private readonly prefix: string) {}

  push(text: string): string {
    let same = 0;
    while (same < text.length && this.#at < this.prefix.length && text[same] === this.prefix[this.#at]) {
      same++;
      this.#at++;
    }
    if (same < text.length) this.#at = this.prefix.length;
    return text.slice(same);
  }

  end(): string {
    return '';
  }
}
