/** Tells the other tabs of this browser that a session has changed, and is told by them. */
export class OtherTabs {
  readonly #channel = new BroadcastChannel('rondo');

  constructor(onNews: () => void) {
    // One that is hidden asks when it is looked at.
    this.#channel.addEventListener('message', () => {
      if (!document.hidden) onNews();
    });
  }

  tell(): void {
    this.#channel.postMessage('news');
  }
}
