import type { TextFilter } from './text-filter.js';

/** Leaves out as much of `prefix` as the text begins with: white space that was shown already. */
export class SkipPrefix implements TextFilter {
  constructor(private prefix: string) {}

  push(text: string): string {
    if (this.prefix === '') return text;
    let same = 0;
    while (same < text.length && same < this.prefix.length && text[same] === this.prefix[same]) same++;
    this.prefix = same === text.length ? this.prefix.slice(same) : '';
    return text.slice(same);
  }

  end(): string {
    return '';
  }
}
