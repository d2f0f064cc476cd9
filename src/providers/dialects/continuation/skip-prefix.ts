import type { TextFilter } from './text-filter.js';

/** Removes as much of `prefix` as the text starts with: white space that was already shown. */
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
