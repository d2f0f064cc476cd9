/** What has changed elsewhere: other tabs of this browser tell each other, of other devices nobody tells. */
export class News {
  readonly #channel = new BroadcastChannel('rondo');

  /** Calls `onNews` when another tab tells of news while the page is visible, and when its reader comes back to it. */
  watch(onNews: () => void): void {
    const ifVisible = (): void => {
      if (!document.hidden) onNews();
    };
    this.#channel.addEventListener('message', ifVisible);
    document.addEventListener('visibilitychange', ifVisible);
    window.addEventListener('focus', onNews);
  }

  tell(): void {
    this.#channel.postMessage('news');
  }
}
