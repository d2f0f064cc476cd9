/** A text that comes in pieces, cut anywhere; its line ends become those of the parser. */
export class IncomingText {
  /** All that was ever taken; a rope that is read only when everything has to be rendered anew. */
  whole = '';
  #pending = '';
  #heldReturn = '';

  append(more: string): void {
    let source = this.#heldReturn + more;
    this.#heldReturn = source.endsWith('\r') ? '\r' : '';
    if (this.#heldReturn !== '') source = source.slice(0, -1);
    this.#pending += source.replace(/\r\n?/g, '\n');
  }

  /** No more will come. */
  end(): void {
    if (this.#heldReturn !== '') this.#pending += '\n';
    this.#heldReturn = '';
  }

  get isTaken(): boolean {
    return this.#pending === '';
  }

  /** What came since it was last asked, or the first part of it. */
  take(most = Infinity): string {
    const more = this.#pending.slice(0, most);
    this.#pending = this.#pending.slice(more.length);
    this.whole += more;
    return more;
  }
}
