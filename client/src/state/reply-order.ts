/** Numbers requests for the same thing, so that an older reply never overwrites a newer one. */
export class ReplyOrder {
  #sent = 0;
  #newest = 0;

  /** A request is sent. Call the result once its reply is there: it tells whether the reply is news, and outdates older ones. */
  sent(): () => boolean {
    const number = ++this.#sent;
    return () => {
      const isNews = number > this.#newest;
      if (isNews) this.#newest = number;
      return isNews;
    };
  }

  /** A change of our own outdates the replies to all that was sent until now. */
  outdate(): void {
    this.#newest = this.#sent;
  }
}
